mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  environment          = "staging"
  subnet_cidr          = "10.20.0.0/24"
  domain               = "staging.splitlyr.clestiq.com"
  min_replicas         = 1
  max_replicas         = 5
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
  github_repository    = "clestiq/coinbreakr"
}

# The values of staging.tfvars, on the same files as production.
run "staging_is_the_same_in_small" {
  command = apply

  assert {
    condition = (
      google_compute_region_autoscaler.api.autoscaling_policy[0].min_replicas == 1 &&
      google_compute_region_autoscaler.api.autoscaling_policy[0].max_replicas == 5
    )
    error_message = "one to five machines"
  }
  assert {
    condition = (
      data.google_compute_image.newest[0].family == "coinbreakr-staging-family" &&
      google_compute_instance_template.api.metadata["coinbreakr-env"] == "staging"
    )
    error_message = "images and settings of staging"
  }
  assert {
    condition = (
      google_dns_record_set.api.name == "staging.splitlyr.clestiq.com." &&
      google_certificate_manager_certificate.api.managed[0].domains == tolist(["staging.splitlyr.clestiq.com"])
    )
    error_message = "a name and a certificate of its own"
  }
  assert {
    condition = alltrue([
      for name in [
        google_compute_network.main.name,
        google_compute_region_instance_group_manager.api.name,
        google_compute_backend_service.api.name,
        google_iam_workload_identity_pool.github.workload_identity_pool_id,
      ] : name == "coinbreakr-staging"
    ])
    error_message = "nothing shares a name with production"
  }
  assert {
    condition     = toset([for secret in google_secret_manager_secret.api : secret.secret_id]) == toset(["coinbreakr-staging-mongo-url", "coinbreakr-staging-jwt-secret"])
    error_message = "secrets of its own"
  }
  assert {
    condition     = strcontains(google_iam_workload_identity_pool_provider.github.attribute_condition, "assertion.ref == 'refs/heads/staging'")
    error_message = "built and rolled from the branch staging"
  }
}
