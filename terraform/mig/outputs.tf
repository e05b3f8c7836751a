output "url" {
  description = "Where the API answers."
  value       = "https://${var.domain}"
}

output "address" {
  description = "Address of the load balancer, which the DNS record names."
  value       = google_compute_global_address.api.address
}

output "address_id" {
  description = "The same address as a resource."
  value       = google_compute_global_address.api.id
}

output "image" {
  description = "Machine image that the fleet runs; name the one before it to roll back."
  value       = local.image_name
}

output "instance_group" {
  description = "Managed instance group of the fleet."
  value       = google_compute_region_instance_group_manager.api.name
}

output "instance_group_id" {
  description = "The same group as a resource; stays when the image changes."
  value       = google_compute_region_instance_group_manager.api.id
}

output "watch_command" {
  description = "Follows a rolling update until every machine runs the new image."
  value = join(" ", [
    "gcloud compute instance-groups managed wait-until", google_compute_region_instance_group_manager.api.name,
    "--version-target-reached --region", var.region, "--project", var.project_id,
  ])
}

output "secret_commands" {
  description = "Add a value to each secret from standard input."
  value = [
    for secret in google_secret_manager_secret.api :
    "gcloud secrets versions add ${secret.secret_id} --project ${var.project_id} --data-file=-"
  ]
}

output "egress_address" {
  description = "Address from which the machines call out; belongs on the access list of MongoDB Atlas."
  value       = google_compute_address.egress.address
}

output "subnetwork" {
  description = "Subnetwork of the fleet, in which image builds run too."
  value       = google_compute_subnetwork.main.name
}

output "api_service_account" {
  description = "Account that the machines run as."
  value       = google_service_account.api.email
}

output "workflow_service_accounts" {
  description = "Accounts for google-github-actions/auth, by workflow file."
  value       = { for name, account in google_service_account.workflow : name => account.email }
}

output "workload_identity_provider" {
  description = "Provider for google-github-actions/auth."
  value       = google_iam_workload_identity_pool_provider.github.name
}
