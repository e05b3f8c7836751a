variable "project_id" {
  type        = string
  description = "Google Cloud project that holds everything, by its id (not its name or number)."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 lower-case letters, digits and dashes, and starts with a letter."
  }
}

variable "environment" {
  type        = string
  default     = "testing"
  description = "Environment that the cluster serves; part of every name."

  validation {
    condition     = contains(["dev", "testing"], var.environment)
    error_message = "The cluster serves dev or testing; staging and production run on virtual machines."
  }
}

variable "region" {
  type        = string
  default     = "us-central1"
  description = "Region of the cluster, its network and the image registry."

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region looks like us-central1."
  }
}

variable "zones" {
  type        = list(string)
  default     = ["us-central1-a", "us-central1-b", "us-central1-c"]
  description = "Zones of the region in which nodes may run."

  validation {
    condition     = length(distinct(var.zones)) == length(var.zones) && length(var.zones) >= 2
    error_message = "Name two or more different zones, so that one may fail."
  }

  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, "${var.region}-")])
    error_message = "Every zone must lie in the region."
  }
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "Whether Terraform refuses to delete the cluster; set it to false and apply before a destroy."
  nullable    = false
}
