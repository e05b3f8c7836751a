output "kubectl_command" {
  description = "Points kubectl at the cluster through its DNS endpoint."
  value = join(" ", [
    "gcloud container clusters get-credentials", google_container_cluster.main.name,
    "--location", google_container_cluster.main.location, "--project", var.project_id, "--dns-endpoint",
  ])
}

output "docker_command" {
  description = "Lets docker push to the registry."
  value       = "gcloud auth configure-docker ${var.region}-docker.pkg.dev"
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = google_container_cluster.main.name
}

output "cluster_location" {
  description = "Region of the cluster."
  value       = google_container_cluster.main.location
}

output "image" {
  description = "Image of the API, without tag and digest."
  value       = "${local.image_repository}/services"
}

output "egress_address" {
  description = "Address from which the pods call out; belongs on the access list of MongoDB Atlas."
  value       = google_compute_address.egress.address
}

output "node_service_account" {
  description = "Account that the nodes run as."
  value       = google_service_account.node.email
}

output "deployer_service_account" {
  description = "Account for google-github-actions/auth, and the subject of the deployer's RoleBinding."
  value       = google_service_account.deployer.email
}

output "workload_identity_provider" {
  description = "Provider for google-github-actions/auth."
  value       = google_iam_workload_identity_pool_provider.github.name
}
