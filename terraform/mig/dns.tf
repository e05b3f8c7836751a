data "google_dns_managed_zone" "main" {
  name = var.dns_managed_zone
}

resource "google_dns_record_set" "api" {
  name         = "${var.domain}."
  managed_zone = data.google_dns_managed_zone.main.name
  type         = "A"
  ttl          = 300
  rrdatas      = [google_compute_global_address.api.address]

  lifecycle {
    precondition {
      condition     = endswith("${var.domain}.", ".${data.google_dns_managed_zone.main.dns_name}")
      error_message = "The domain does not lie in the zone dns_managed_zone."
    }
  }
}

resource "google_dns_record_set" "certificate" {
  name         = google_certificate_manager_dns_authorization.api.dns_resource_record[0].name
  managed_zone = data.google_dns_managed_zone.main.name
  type         = google_certificate_manager_dns_authorization.api.dns_resource_record[0].type
  ttl          = 300
  rrdatas      = [google_certificate_manager_dns_authorization.api.dns_resource_record[0].data]
}
