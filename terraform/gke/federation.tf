resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = local.name
  display_name              = "GitHub, ${var.environment}"

  depends_on = [google_project_service.main]
}

# Numbers, because names can be squatted; the event, because a pull request can carry the branch's ref as well.
resource "google_iam_workload_identity_pool_provider" "github" {
  #checkov:skip=CKV_GCP_125:asks for a condition on names in sub; the numeric ids below cannot be squatted
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = "GitHub Actions"

  attribute_condition = join(" && ", [
    "assertion.repository_owner_id == '${var.github_owner_id}'",
    "assertion.repository_id == '${var.github_repository_id}'",
    "assertion.ref == 'refs/heads/${var.deploy_branch}'",
    "assertion.event_name in ['push', 'workflow_dispatch']",
  ])

  attribute_mapping = {
    "google.subject"          = "assertion.sub"
    "attribute.repository_id" = "assertion.repository_id"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

# An account between GitHub and the cluster, because RBAC in the manifests needs a name to bind.
resource "google_service_account" "deployer" {
  account_id   = "${local.name}-deployer"
  display_name = "Deploys to ${local.name} from GitHub Actions"

  depends_on = [google_project_service.main]
}

resource "google_service_account_iam_member" "deployer_github" {
  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.workloadIdentityUser"
  member = join("/", [
    "principalSet://iam.googleapis.com", google_iam_workload_identity_pool.github.name,
    "attribute.repository_id", var.github_repository_id,
  ])
}

# Lets it reach the cluster; what it may do there is the Role in k8s/.
resource "google_project_iam_member" "deployer" {
  project = var.project_id
  role    = "roles/container.clusterViewer"
  member  = "serviceAccount:${google_service_account.deployer.email}"
}
