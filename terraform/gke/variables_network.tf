variable "nodes_cidr" {
  type        = string
  default     = "10.10.0.0/20"
  description = "Addresses of the nodes."

  validation {
    condition     = can(cidrnetmask(var.nodes_cidr)) && tonumber(try(split("/", var.nodes_cidr)[1], 0)) >= 16
    error_message = "Give an IPv4 range of /16 or smaller."
  }
}

variable "pods_cidr" {
  type        = string
  default     = "10.12.0.0/16"
  description = "Addresses of the pods; a node takes a /24 of it."

  validation {
    condition     = can(cidrnetmask(var.pods_cidr)) && tonumber(try(split("/", var.pods_cidr)[1], 32)) <= 19
    error_message = "Give an IPv4 range of /19 or larger: 20 nodes and their surge take a /24 each."
  }
}

variable "services_cidr" {
  type        = string
  default     = "10.11.0.0/20"
  description = "Addresses of the Kubernetes Services."

  validation {
    condition     = can(cidrnetmask(var.services_cidr))
    error_message = "Give an IPv4 range."
  }
}
