locals {
  # One name for the cluster, its network and its registry: what the manifests and the workflows call them.
  name = "coinbreakr-${var.environment}"

  image_repository = join("/", [
    "${var.region}-docker.pkg.dev", var.project_id, google_artifact_registry_repository.main.repository_id,
  ])
}
