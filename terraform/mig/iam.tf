resource "google_service_account" "api" {
  account_id   = "${local.name}-api"
  display_name = "Machines of ${local.name}"

  depends_on = [google_project_service.main]
}

resource "google_project_iam_member" "api" {
  for_each = toset([
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
  ])

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.api.email}"
}
