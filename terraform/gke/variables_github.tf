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
  description = "Numeric id of the GitHub repository whose workflows may deploy."

  validation {
    condition     = can(regex("^[1-9][0-9]*$", var.github_repository_id))
    error_message = "The id is a number: gh api repos/OWNER/NAME --jq .id"
  }
}

variable "deploy_branch" {
  type        = string
  default     = "testing"
  description = "Only branch whose workflows may deploy to the cluster."

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/-]*$", var.deploy_branch))
    error_message = "Give a branch name without refs/heads/."
  }
}
