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
  description = "Environment that the fleet serves; part of every name, and APP_ENV of the API."

  validation {
    condition     = contains(["staging", "production"], var.environment)
    error_message = "Fleets serve staging or production; testing runs on the cluster."
  }
}

variable "region" {
  type        = string
  default     = "us-central1"
  description = "Region of the fleet and its network."

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region looks like us-central1."
  }
}

variable "zones" {
  type        = list(string)
  default     = ["us-central1-a", "us-central1-b", "us-central1-c"]
  description = "Zones of the region among which the machines are spread."

  validation {
    condition     = length(distinct(var.zones)) == length(var.zones) && length(var.zones) >= 2
    error_message = "Name two or more different zones, so that one may fail."
  }

  validation {
    condition     = alltrue([for zone in var.zones : startswith(zone, "${var.region}-")])
    error_message = "Every zone must lie in the region."
  }
}

variable "subnet_cidr" {
  type        = string
  description = "Addresses of the machines; different in each environment."

  validation {
    condition     = can(cidrnetmask(var.subnet_cidr)) && tonumber(try(split("/", var.subnet_cidr)[1], 32)) <= 26
    error_message = "Give an IPv4 range of /26 or larger: the fleet, its surge and an image build must fit."
  }
}

variable "domain" {
  type        = string
  description = "Host name of the API: its DNS record and its certificate."

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.){2,}[a-z]{2,}$", var.domain))
    error_message = "Give a lower-case host name without a final dot, such as api.splitlyr.clestiq.com."
  }
}

variable "dns_managed_zone" {
  type        = string
  default     = "splitlyr-clestiq-com"
  description = "Cloud DNS zone, by its resource name, that holds the domain; it must exist."

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,61}[a-z0-9]$", var.dns_managed_zone))
    error_message = "Give the zone's resource name, such as splitlyr-clestiq-com."
  }
}

variable "notification_channels" {
  type        = list(string)
  default     = []
  description = "Cloud Monitoring channels that hear of an outage, by full name."

  validation {
    condition = alltrue([
      for channel in var.notification_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))
    ])
    error_message = "A channel is named projects/P/notificationChannels/N."
  }
}
