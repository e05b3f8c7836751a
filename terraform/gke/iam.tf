resource "google_service_account" "node" {
  account_id   = "${local.name}-node"
  display_name = "Nodes of ${local.name}"

  depends_on = [google_project_service.main]
}

# What a node needs to report about itself; images it reads through the repository's own grant.
resource "google_project_iam_member" "node" {
  for_each = toset([
    "roles/logging.logWriter",
    "roles/monitoring.metricWriter",
    "roles/monitoring.viewer",
    "roles/stackdriver.resourceMetadata.writer",
  ])

  project = var.project_id
  role    = each.value
  member  = "serviceAccount:${google_service_account.node.email}"
}
