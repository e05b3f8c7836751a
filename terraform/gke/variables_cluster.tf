variable "machine_type" {
  type        = string
  default     = "e2-medium"
  description = "Machine type of the nodes."

  validation {
    condition     = can(regex("^[a-z][a-z0-9]*-[a-z0-9-]+$", var.machine_type))
    error_message = "A machine type looks like e2-medium."
  }
}

variable "min_nodes" {
  type        = number
  default     = 1
  description = "Fewest nodes in all zones together."

  validation {
    condition     = var.min_nodes >= 1 && floor(var.min_nodes) == var.min_nodes
    error_message = "The pool keeps one node or more."
  }
}

variable "max_nodes" {
  type        = number
  default     = 5
  description = "Most nodes in all zones together; ten pods of 250m need five e2-medium, the surge of a rollout then one more."

  validation {
    condition     = var.max_nodes >= var.min_nodes && var.max_nodes <= 20 && floor(var.max_nodes) == var.max_nodes
    error_message = "The most nodes are at least min_nodes and at most 20."
  }
}

variable "node_disk_gb" {
  type        = number
  default     = 50
  description = "Boot disk of a node in gigabytes."

  validation {
    condition     = var.node_disk_gb >= 20 && var.node_disk_gb <= 200
    error_message = "A node's disk has 20 to 200 GB."
  }
}

variable "secrets_kms_key" {
  type        = string
  default     = null
  description = "Cloud KMS key that encrypts Kubernetes Secrets in etcd, by its full name; null leaves Google's own encryption."

  validation {
    condition = var.secrets_kms_key == null || can(regex(
      "^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.secrets_kms_key
    ))
    error_message = "A key is named projects/P/locations/L/keyRings/R/cryptoKeys/K."
  }
}

variable "image_policy" {
  type        = string
  default     = "DRYRUN_AUDIT_LOG_ONLY"
  description = "What happens to a pod whose image is not from this project's registry: audited, or refused."

  validation {
    condition     = contains(["DRYRUN_AUDIT_LOG_ONLY", "ENFORCED_BLOCK_AND_AUDIT_LOG"], var.image_policy)
    error_message = "Choose DRYRUN_AUDIT_LOG_ONLY or ENFORCED_BLOCK_AND_AUDIT_LOG."
  }
}

variable "delete_after_days" {
  type        = number
  default     = 30
  description = "Age in days after which the registry deletes an image that is not among those kept."

  validation {
    condition     = var.delete_after_days >= 1 && floor(var.delete_after_days) == var.delete_after_days
    error_message = "The age is a whole number of days, 1 or more."
  }
}
