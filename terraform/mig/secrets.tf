# The containers only: an operator adds the values, which therefore never stand in a state or a plan.
resource "google_secret_manager_secret" "api" {
  for_each = toset(["mongo-url", "jwt-secret"])

  secret_id = "${local.name}-${each.value}"

  replication {
    auto {}
  }

  depends_on = [google_project_service.main]
}

resource "google_secret_manager_secret_iam_member" "api" {
  for_each = google_secret_manager_secret.api

  secret_id = each.value.secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = "serviceAccount:${google_service_account.api.email}"
}
