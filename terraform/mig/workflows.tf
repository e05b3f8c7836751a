# Packer: a machine for a few minutes, reached through the identity-aware proxy, and an image of it.
resource "google_project_iam_member" "image" {
  for_each = toset([
    "roles/compute.instanceAdmin.v1",
    "roles/iap.tunnelResourceAccessor",
  ])

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.workflow["image"].email}"
}

# Both read everything; only the fleet's account changes templates and groups. A plan that wants more fails, and needs a person.
locals {
  reading = [
    "roles/certificatemanager.viewer",
    "roles/compute.viewer",
    "roles/dns.reader",
    "roles/iam.securityReviewer",
    "roles/iam.serviceAccountViewer",
    "roles/iam.workloadIdentityPoolViewer",
    "roles/monitoring.viewer",
    "roles/secretmanager.viewer",
    "roles/serviceusage.serviceUsageViewer",
  ]
}

resource "google_project_iam_member" "plan" {
  for_each = toset(local.reading)

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.workflow["plan"].email}"
}

resource "google_project_iam_member" "fleet" {
  for_each = toset(concat(local.reading, ["roles/compute.instanceAdmin.v1"]))

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.workflow["fleet"].email}"
}

# To start machines that run as the API's account.
resource "google_service_account_iam_member" "fleet_api" {
  service_account_id = google_service_account.api.name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:${google_service_account.workflow["fleet"].email}"
}

resource "google_storage_bucket_iam_member" "fleet_state" {
  bucket = var.state_bucket
  role   = "roles/storage.objectUser"
  member = "serviceAccount:${google_service_account.workflow["fleet"].email}"

  # Listing asks the bucket itself; the states of other environments stay out of reach.
  condition {
    title = "${local.name}-state"
    expression = join(" || ", [
      "resource.type == 'storage.googleapis.com/Bucket'",
      "resource.name.startsWith('projects/_/buckets/${var.state_bucket}/objects/mig/${var.environment}/')",
    ])
  }
}

# Whoever plans reads the state and puts the plan beside it, where it can change nothing that is there.
resource "google_storage_bucket_iam_member" "plan_state" {
  bucket = var.state_bucket
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${google_service_account.workflow["plan"].email}"

  condition {
    title = "${local.name}-plan-state"
    expression = join(" || ", [
      "resource.type == 'storage.googleapis.com/Bucket'",
      "resource.name.startsWith('projects/_/buckets/${var.state_bucket}/objects/mig/${var.environment}/')",
    ])
  }
}

resource "google_storage_bucket_iam_member" "plan_store" {
  bucket = var.state_bucket
  role   = "roles/storage.objectCreator"
  member = "serviceAccount:${google_service_account.workflow["plan"].email}"

  condition {
    title      = "${local.name}-plans"
    expression = "resource.name.startsWith('projects/_/buckets/${var.state_bucket}/objects/mig/${var.environment}/plans/')"
  }
}
