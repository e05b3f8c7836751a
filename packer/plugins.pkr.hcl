packer {
  required_version = ">= 1.14.0"

  required_plugins {
    googlecompute = {
      source  = "github.com/hashicorp/googlecompute"
      version = "= 1.2.4"
    }
  }
}
