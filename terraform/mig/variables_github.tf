variable "github_owner_id" {
  type        = string
  description = "Numeric id of the GitHub account that owns the repository: a name can be given up and taken by others."

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.github_owner_id))
    error_message = "The id is a number: gh api repos/OWNER/NAME --jq .owner.id"
  }
}

variable "github_repository_id" {
  type        = string
  description = "Numeric id of the GitHub repository whose workflows build images and roll the fleet."

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.github_repository_id))
    error_message = "The id is a number: gh api repos/OWNER/NAME --jq .id"
  }
}

variable "github_repository" {
  type        = string
  description = "The same repository as OWNER/NAME: tells its workflow files apart."

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "Give OWNER/NAME."
  }
}

variable "state_bucket" {
  type        = string
  default     = "coinbreakr-terraform-state"
  description = "Bucket of the Terraform state, which the fleet workflow reads and writes below its own prefix."

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$", var.state_bucket))
    error_message = "Give a bucket name without gs://."
  }
}
