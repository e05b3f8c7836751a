locals {
  # A certificate cannot change its domains, so a new list has to be a new name.
  certificate_name = "${local.name}-${substr(sha256(join(",", local.domains)), 0, 8)}"
}

# Proof by a DNS record of its own: the certificate is ready before the host name points here.
resource "google_certificate_manager_dns_authorization" "api" {
  name   = local.certificate_name
  domain = var.domain

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [google_project_service.main]
}

resource "google_certificate_manager_certificate" "api" {
  name  = local.certificate_name
  scope = "DEFAULT"

  managed {
    domains            = local.domains
    dns_authorizations = [google_certificate_manager_dns_authorization.api.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_certificate_manager_certificate_map" "api" {
  name = local.name

  depends_on = [google_project_service.main]
}

resource "google_certificate_manager_certificate_map_entry" "api" {
  name         = local.name
  map          = google_certificate_manager_certificate_map.api.name
  matcher      = "PRIMARY"
  certificates = [google_certificate_manager_certificate.api.id]
}
