terraform {
  required_version = ">= 1.9, < 2.0"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 9.0"
    }
  }

  # Bucket and prefix come from <environment>.gcs.tfbackend, so that environments never share a state.
  backend "gcs" {}
}
