variable "image_name" {
  type        = string
  default     = null
  description = "Machine image to run, by its exact name; null takes the newest of the environment's family, so plans vary."

  validation {
    condition     = var.image_name == null || can(regex("^coinbreakr-[a-z0-9-]{1,51}[a-z0-9]$", var.image_name))
    error_message = "An image is named coinbreakr-..., as the image workflow reports it."
  }
}

variable "machine_type" {
  type        = string
  default     = "e2-medium"
  description = "Machine type of the fleet."

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*-[a-z0-9-]+$", var.machine_type))
    error_message = "A machine type looks like e2-medium."
  }
}

variable "disk_gb" {
  type        = number
  default     = 20
  description = "Boot disk of a machine in gigabytes."

  validation {
    condition     = var.disk_gb >= 10 && var.disk_gb <= 200
    error_message = "A machine's disk has 10 to 200 GB."
  }
}

variable "min_replicas" {
  type        = number
  default     = 2
  description = "Fewest machines."

  validation {
    condition     = var.min_replicas >= 1 && floor(var.min_replicas) == var.min_replicas
    error_message = "The fleet keeps one machine or more."
  }

  validation {
    condition     = var.environment != "production" || var.min_replicas >= 2
    error_message = "Production keeps two machines or more, so that one may fail."
  }
}

variable "max_replicas" {
  type        = number
  default     = 10
  description = "Most machines, apart from the surge of a rolling update."

  validation {
    condition     = var.max_replicas >= var.min_replicas && var.max_replicas <= 50 && floor(var.max_replicas) == var.max_replicas
    error_message = "The most machines are at least min_replicas and at most 50."
  }
}

variable "cpu_target" {
  type        = number
  default     = 0.7
  description = "Share of the fleet's CPU that the autoscaler aims at."

  validation {
    condition     = var.cpu_target >= 0.3 && var.cpu_target <= 0.9
    error_message = "Aim at 0.3 to 0.9."
  }
}

variable "boot_seconds" {
  type        = number
  default     = 120
  description = "Longest time from the creation of a machine to its first good answer, as measured."

  validation {
    condition     = var.boot_seconds >= 30 && var.boot_seconds <= 900
    error_message = "Give 30 to 900 seconds."
  }
}

variable "requests_per_minute" {
  type        = number
  default     = 600
  description = "Requests of one address in a minute that the edge lets through; the API's own limit lies below."

  validation {
    condition     = var.requests_per_minute >= 60 && var.requests_per_minute <= 10000
    error_message = "Let 60 to 10000 requests through."
  }
}
