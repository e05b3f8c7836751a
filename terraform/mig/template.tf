# Only asked when no image is named.
data "google_compute_image" "newest" {
  count = var.image_name == null ? 1 : 0

  family  = local.image_family
  project = var.project_id
}

resource "google_compute_instance_template" "api" {
  name_prefix          = "${local.name}-"
  description          = "CoinBreakr API ${local.revision}"
  instance_description = "CoinBreakr API, ${var.environment}"
  machine_type         = var.machine_type

  disk {
    source_image = local.image
    boot         = true
    auto_delete  = true
    disk_type    = "pd-balanced"
    disk_size_gb = var.disk_gb
  }

  # No access_config, so no external address.
  network_interface {
    subnetwork = google_compute_subnetwork.main.id
  }

  service_account {
    email = google_service_account.api.email
    # The account's roles decide what a machine may do, not its scopes.
    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
  }

  shielded_instance_config {
    enable_secure_boot          = true
    enable_vtpm                 = true
    enable_integrity_monitoring = true
  }

  scheduling {
    automatic_restart   = true
    on_host_maintenance = "MIGRATE"
  }

  # Names only: every account of the machine can read its metadata.
  metadata = {
    enable-oslogin         = "TRUE"
    block-project-ssh-keys = "TRUE"
    serial-port-enable     = "FALSE"

    # The journal goes to the serial port, and from there to Cloud Logging: it outlives the machine.
    serial-port-logging-enable = "TRUE"

    coinbreakr-project            = var.project_id
    coinbreakr-env                = var.environment
    coinbreakr-revision           = local.revision
    coinbreakr-trusted-proxy-hops = tostring(local.trusted_proxy_hops)
    coinbreakr-mongo-url-secret   = google_secret_manager_secret.api["mongo-url"].secret_id
    coinbreakr-jwt-secret-secret  = google_secret_manager_secret.api["jwt-secret"].secret_id
  }

  lifecycle {
    create_before_destroy = true
  }
}
