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
    "assertion.ref == 'refs/heads/${local.branch}'",
    "assertion.event_name in ['push', 'workflow_dispatch']",
  ])

  attribute_mapping = {
    "google.subject" = "assertion.sub"
    # The environment is in it, because protection hangs on that; a job without one becomes nobody.
    "attribute.job" = "assertion.workflow_ref + ':' + assertion.environment"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

# Each job is an account of its own: the one that builds images cannot roll the fleet, and the one that plans changes nothing.
# Only fleet runs in the environment that asks a person.
locals {
  workflow_jobs = {
    image = { file = "image", environment = "${var.environment}-prepare", does = "Builds the images of" }
    plan  = { file = "fleet", environment = "${var.environment}-prepare", does = "Plans the fleet of" }
    fleet = { file = "fleet", environment = var.environment, does = "Rolls the fleet of" }
  }
}

resource "google_service_account" "workflow" {
  for_each = local.workflow_jobs

  account_id   = "${local.name}-${each.key}"
  display_name = "${each.value.does} ${local.name} from GitHub Actions"

  depends_on = [google_project_service.main]
}

resource "google_service_account_iam_member" "workflow" {
  for_each = local.workflow_jobs

  service_account_id = google_service_account.workflow[each.key].name
  role               = "roles/iam.workloadIdentityUser"
  member = join("/", [
    "principalSet://iam.googleapis.com", google_iam_workload_identity_pool.github.name, "attribute.job",
    "${var.github_repository}/.github/workflows/${each.value.file}.yml@refs/heads/${local.branch}:${each.value.environment}",
  ])
}
