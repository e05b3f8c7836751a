locals {
  name   = "coinbreakr-${var.environment}"
  region = regex_replace(var.zone, "-[a-z]$", "")
}

# A machine for a few minutes in the environment's own network: no external address, no account, reached
# through the identity-aware proxy.
source "googlecompute" "api" {
  project_id              = var.project_id
  zone                    = var.zone
  source_image_family     = "debian-12"
  source_image_project_id = ["debian-cloud"]
  machine_type            = "e2-medium"
  disk_size               = 10
  disk_type               = "pd-balanced"

  subnetwork                      = local.name
  omit_external_ip                = true
  use_internal_ip                 = true
  use_iap                         = true
  ssh_username                    = "packer"
  tags                            = ["coinbreakr-image-build"]
  disable_default_service_account = true
  metadata = {
    block-project-ssh-keys = "TRUE"
    enable-oslogin         = "FALSE" # also where the project has it on: Packer brings a key of its own
  }

  enable_secure_boot          = true
  enable_vtpm                 = true
  enable_integrity_monitoring = true

  image_name              = "${local.name}-${var.revision}"
  image_family            = "${local.name}-family"
  image_description       = "CoinBreakr API ${var.revision}"
  image_storage_locations = [local.region]
  image_labels = {
    commit      = var.revision
    environment = var.environment
  }
}

# The same provisioning on a machine of this host; see the README.
source "null" "rehearsal" {
  communicator         = "ssh"
  ssh_host             = "127.0.0.1"
  ssh_port             = var.rehearsal_port
  ssh_username         = "root"
  ssh_private_key_file = var.rehearsal_key
}

build {
  sources = ["source.googlecompute.api", "source.null.rehearsal"]

  provisioner "shell" {
    inline = ["mkdir -p /tmp/coinbreakr/machine /tmp/coinbreakr/files"]
  }

  provisioner "file" {
    source      = "${var.wheelhouse}/"
    destination = "/tmp/coinbreakr/machine"
  }

  provisioner "file" {
    source      = "${path.root}/files/"
    destination = "/tmp/coinbreakr/files"
  }

  provisioner "shell" {
    script          = "${path.root}/provision.sh"
    execute_command = "chmod +x {{ .Path }} && sudo {{ .Vars }} {{ .Path }}"
  }

  # What must differ on each machine that starts from the image.
  provisioner "shell" {
    only            = ["googlecompute.api"]
    script          = "${path.root}/generalize.sh"
    execute_command = "chmod +x {{ .Path }} && sudo {{ .Vars }} {{ .Path }}"
  }
}
