variable "project_id" {
  type        = string
  default     = "coinbreakr"
  description = "Google Cloud project in which the image is built and kept."
}

variable "zone" {
  type        = string
  default     = "us-central1-a"
  description = "Zone of the machine that is built; the image is kept in its region."
}

variable "environment" {
  type        = string
  default     = "staging"
  description = "Environment whose family the image joins and in whose network it is built."

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "Fleets serve staging or production."
  }
}

variable "revision" {
  type        = string
  description = "Full commit of what is in the image."

  validation {
    condition     = length(var.revision) == 40 && regex_replace(var.revision, "[0-9a-f]", "") == ""
    error_message = "Give the full commit: 40 hexadecimal digits."
  }
}

variable "wheelhouse" {
  type        = string
  description = "Folder that wheelhouse.sh has filled."
}

variable "rehearsal_port" {
  type        = number
  default     = 2222
  description = "Where the rehearsal machine on this host listens for SSH."
}

variable "rehearsal_key" {
  type        = string
  default     = "/dev/null"
  description = "Private key for root on the rehearsal machine."
}
