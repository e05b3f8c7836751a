resource "google_project_service" "main" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "binaryauthorization.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "sts.googleapis.com",
  ])

  service = each.value

  # Other things in the project may use the same services; a destroy must not switch them off.
  disable_on_destroy         = false
  disable_dependent_services = false
}
