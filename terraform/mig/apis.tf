resource "google_project_service" "main" {
  for_each = toset([
    "certificatemanager.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "dns.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "iap.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "secretmanager.googleapis.com",
    "sts.googleapis.com",
  ])

  service = each.value

  # Other things in the project may use the same services; a destroy must not switch them off.
  disable_on_destroy         = false
  disable_dependent_services = false
}
