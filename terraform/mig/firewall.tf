# Whatever no rule names is refused: the network has no default rules.

# Google's front ends and health checkers; nobody reaches the machines past the load balancer.
resource "google_compute_firewall" "load_balancer" {
  name                    = "${local.name}-load-balancer"
  network                 = google_compute_network.main.id
  direction               = "INGRESS"
  source_ranges           = ["130.211.0.0/22", "35.191.0.0/16"]
  target_service_accounts = [google_service_account.api.email]

  allow {
    protocol = "tcp"
    ports    = [tostring(local.port), tostring(local.live_port)]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# A shell comes through the identity-aware proxy only, after IAM and OS Login.
resource "google_compute_firewall" "iap_ssh" {
  name                    = "${local.name}-iap-ssh"
  network                 = google_compute_network.main.id
  direction               = "INGRESS"
  source_ranges           = ["35.235.240.0/20"]
  target_service_accounts = [google_service_account.api.email]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}

# Packer's build machine runs without a service account, so a tag has to tell it apart.
resource "google_compute_firewall" "iap_image_build" {
  name          = "${local.name}-iap-image-build"
  network       = google_compute_network.main.id
  direction     = "INGRESS"
  source_ranges = ["35.235.240.0/20"]
  target_tags   = ["coinbreakr-image-build"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }

  log_config {
    metadata = "INCLUDE_ALL_METADATA"
  }
}
