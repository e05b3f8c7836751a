resource "google_artifact_registry_repository" "main" {
  #checkov:skip=CKV_GCP_84:images hold no secrets, so Google's own encryption at rest is enough
  repository_id          = local.name
  location               = var.region
  format                 = "DOCKER"
  description            = "Images of the CoinBreakr API."
  cleanup_policy_dry_run = false

  # Deploys pin digests; immutable tags would only keep the clean-up from deleting what is tagged.
  docker_config {
    immutable_tags = false
  }

  # KEEP wins over DELETE. deploy/rollout.sh marks each release that it keeps to go back to: as many images stay as there
  # are such releases, however old, and a new node can still pull what is deployed.
  cleanup_policies {
    id     = "keep-deployed"
    action = "KEEP"

    condition {
      tag_state    = "TAGGED"
      tag_prefixes = ["deployed-"]
    }
  }

  # Images, which have the tag of their commit. Signatures and attestations have no such tag: they are small, and stay as
  # long as what they sign; deploy/prune.sh finds those that are left over.
  cleanup_policies {
    id     = "delete-${var.delete_after_days}d"
    action = "DELETE"

    condition {
      older_than   = "${var.delete_after_days * 86400}s"
      tag_state    = "TAGGED"
      tag_prefixes = [for digit in range(16) : format("%x", digit)]
    }
  }

  depends_on = [google_project_service.main]
}

resource "google_artifact_registry_repository_iam_member" "node" {
  location   = google_artifact_registry_repository.main.location
  repository = google_artifact_registry_repository.main.repository_id
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:${google_service_account.node.email}"
}

resource "google_artifact_registry_repository_iam_member" "deployer" {
  location   = google_artifact_registry_repository.main.location
  repository = google_artifact_registry_repository.main.repository_id
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${google_service_account.deployer.email}"
}

# One policy per project: pods run images of our registry, Google's own system images aside.
resource "google_binary_authorization_policy" "main" {
  global_policy_evaluation_mode = "ENABLE"

  admission_whitelist_patterns {
    name_pattern = "${local.image_repository}/*"
  }

  default_admission_rule {
    evaluation_mode  = "ALWAYS_DENY"
    enforcement_mode = var.image_policy
  }

  depends_on = [google_project_service.main]
}
