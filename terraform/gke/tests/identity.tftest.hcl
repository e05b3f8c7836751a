mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

# Applied to mocks, because accounts have no address before they exist.
override_resource {
  target = google_service_account.node
  values = {
    name  = "projects/coinbreakr/serviceAccounts/node@coinbreakr.iam.gserviceaccount.com"
    email = "node@coinbreakr.iam.gserviceaccount.com"
  }
}

override_resource {
  target = google_service_account.deployer
  values = {
    name  = "projects/coinbreakr/serviceAccounts/deployer@coinbreakr.iam.gserviceaccount.com"
    email = "deployer@coinbreakr.iam.gserviceaccount.com"
  }
}

run "nodes_report_and_pull_and_no_more" {
  command = apply

  assert {
    condition = toset([for grant in google_project_iam_member.node : grant.role]) == toset([
      "roles/logging.logWriter",
      "roles/monitoring.metricWriter",
      "roles/monitoring.viewer",
      "roles/stackdriver.resourceMetadata.writer",
    ])
    error_message = "exactly these roles in the project"
  }
  assert {
    condition = alltrue([
      for grant in google_project_iam_member.node : grant.member == "serviceAccount:node@coinbreakr.iam.gserviceaccount.com"
    ])
    error_message = "they belong to the nodes' account"
  }
  assert {
    condition = (
      google_artifact_registry_repository_iam_member.node.role == "roles/artifactregistry.reader" &&
      google_artifact_registry_repository_iam_member.node.repository == "coinbreakr-testing" &&
      google_artifact_registry_repository_iam_member.node.member == "serviceAccount:node@coinbreakr.iam.gserviceaccount.com"
    )
    error_message = "images are read from the one repository"
  }
  assert {
    condition     = google_container_node_pool.main.node_config[0].service_account == "node@coinbreakr.iam.gserviceaccount.com"
    error_message = "not the default account"
  }
}

run "the_deployer_pushes_and_reaches_the_cluster_and_no_more" {
  command = apply

  assert {
    condition = (
      google_artifact_registry_repository_iam_member.deployer.role == "roles/artifactregistry.writer" &&
      google_artifact_registry_repository_iam_member.deployer.repository == "coinbreakr-testing" &&
      google_artifact_registry_repository_iam_member.deployer.member == "serviceAccount:deployer@coinbreakr.iam.gserviceaccount.com"
    )
    error_message = "it writes to the one repository"
  }
  assert {
    condition = (
      google_project_iam_member.deployer.role == "roles/container.clusterViewer" &&
      google_project_iam_member.deployer.member == "serviceAccount:deployer@coinbreakr.iam.gserviceaccount.com"
    )
    error_message = "what it may do in the cluster is for RBAC to say"
  }
  assert {
    condition     = google_service_account.deployer.account_id == "coinbreakr-testing-deployer"
    error_message = "the RoleBinding in the manifests names this account"
  }
}

run "only_our_branch_of_our_repository_is_trusted" {
  command = apply

  assert {
    condition = google_iam_workload_identity_pool_provider.github.attribute_condition == join(" && ", [
      "assertion.repository_owner_id == '1000001'",
      "assertion.repository_id == '2000002'",
      "assertion.ref == 'refs/heads/testing'",
      "assertion.event_name in ['push', 'workflow_dispatch']",
    ])
    error_message = "numeric ids, the branch, and no pull requests"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.github.oidc[0].issuer_uri == "https://token.actions.githubusercontent.com"
    error_message = "tokens of GitHub Actions"
  }
  assert {
    condition = (
      google_service_account_iam_member.deployer_github.role == "roles/iam.workloadIdentityUser" &&
      google_service_account_iam_member.deployer_github.service_account_id == google_service_account.deployer.name &&
      google_service_account_iam_member.deployer_github.member ==
      "principalSet://iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/mock/attribute.repository_id/2000002"
    )
    error_message = "the repository becomes the deployer"
  }
}

run "the_outputs_are_ready_to_paste" {
  command = apply

  assert {
    condition     = output.kubectl_command == "gcloud container clusters get-credentials coinbreakr-testing --location us-central1 --project coinbreakr --dns-endpoint"
    error_message = "the command that points kubectl at the cluster"
  }
  assert {
    condition     = output.image == "us-central1-docker.pkg.dev/coinbreakr/coinbreakr-testing/services"
    error_message = "the image that the manifests name"
  }
  assert {
    condition = (
      output.deployer_service_account == "deployer@coinbreakr.iam.gserviceaccount.com" &&
      output.workload_identity_provider == google_iam_workload_identity_pool_provider.github.name
    )
    error_message = "what the workflow's login needs"
  }
}

run "nothing_is_switched_off_on_destroy" {
  command = plan

  assert {
    condition = alltrue([
      for service in google_project_service.main : !service.disable_on_destroy && !service.disable_dependent_services
    ])
    error_message = "a destroy would stop other things in the project"
  }
}
