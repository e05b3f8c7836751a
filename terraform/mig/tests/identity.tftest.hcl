mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  environment          = "production"
  subnet_cidr          = "10.30.0.0/24"
  domain               = "api.splitlyr.clestiq.com"
  image_name           = "coinbreakr-0123456789abcdef0123456789abcdef01234567"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
  github_repository    = "clestiq/coinbreakr"
}

override_resource {
  target = google_service_account.api
  values = {
    name  = "projects/coinbreakr/serviceAccounts/api@coinbreakr.iam.gserviceaccount.com"
    email = "api@coinbreakr.iam.gserviceaccount.com"
  }
}

run "machines_read_exactly_two_secrets" {
  command = apply

  assert {
    condition = toset([for grant in google_secret_manager_secret_iam_member.api : grant.secret_id]) == toset([
      "coinbreakr-production-mongo-url", "coinbreakr-production-jwt-secret",
    ])
    error_message = "these two, and no project-wide grant"
  }
  assert {
    condition = alltrue([
      for grant in google_secret_manager_secret_iam_member.api :
      grant.role == "roles/secretmanager.secretAccessor" &&
      grant.member == "serviceAccount:api@coinbreakr.iam.gserviceaccount.com"
    ])
    error_message = "the machines' account reads values, and cannot change them"
  }
  assert {
    condition = toset([for grant in google_project_iam_member.api : grant.role]) == toset([
      "roles/logging.logWriter", "roles/monitoring.metricWriter",
    ])
    error_message = "logs and metrics, and nothing else in the project"
  }
  assert {
    condition     = google_compute_instance_template.api.service_account[0].email == "api@coinbreakr.iam.gserviceaccount.com"
    error_message = "not the default account"
  }
}

run "only_our_branch_of_our_repository_is_trusted" {
  command = plan

  assert {
    condition = google_iam_workload_identity_pool_provider.github.attribute_condition == join(" && ", [
      "assertion.repository_owner_id == '1000001'",
      "assertion.repository_id == '2000002'",
      "assertion.ref == 'refs/heads/main'",
      "assertion.event_name in ['push', 'workflow_dispatch']",
    ])
    error_message = "numeric ids, the branch of production, and no pull requests"
  }
}

run "each_workflow_is_an_account_of_its_own" {
  command = apply

  assert {
    condition = { for name, grant in google_service_account_iam_member.workflow : name => grant.member } == {
      for name, job in {
        image = "image.yml@refs/heads/main:production-prepare"
        plan  = "fleet.yml@refs/heads/main:production-prepare"
        fleet = "fleet.yml@refs/heads/main:production"
        } : name => join("/", [
          "principalSet://iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/mock/attribute.job",
          "clestiq/coinbreakr/.github/workflows/${job}",
      ])
    }
    error_message = "a job becomes its account, and the one that writes only in the environment that is protected"
  }
  assert {
    condition = (
      google_iam_workload_identity_pool_provider.github.attribute_mapping["attribute.job"] ==
      "assertion.workflow_ref + ':' + assertion.environment"
    )
    error_message = "the environment is part of who a job is"
  }
  assert {
    condition = alltrue([
      for grant in google_project_iam_member.plan : can(regex("(viewer|Viewer|reader|Reviewer)$", grant.role))
    ])
    error_message = "who plans only reads"
  }
  assert {
    condition = (
      google_storage_bucket_iam_member.plan_state.role == "roles/storage.objectViewer" &&
      google_storage_bucket_iam_member.plan_store.role == "roles/storage.objectCreator" &&
      endswith(google_storage_bucket_iam_member.plan_store.condition[0].expression, "/objects/mig/production/plans/')")
    )
    error_message = "it reads the state and adds plans, beside which it changes nothing"
  }
  assert {
    condition = toset([for grant in google_project_iam_member.image : grant.role]) == toset([
      "roles/compute.instanceAdmin.v1", "roles/iap.tunnelResourceAccessor",
    ])
    error_message = "what Packer needs"
  }
  assert {
    condition = alltrue([
      for grant in google_project_iam_member.fleet :
      grant.role == "roles/compute.instanceAdmin.v1" || can(regex("(viewer|Viewer|reader|Reviewer)$", grant.role))
    ])
    error_message = "the fleet workflow changes machines and reads the rest"
  }
  assert {
    condition = (
      google_service_account_iam_member.fleet_api.role == "roles/iam.serviceAccountUser" &&
      google_service_account_iam_member.fleet_api.service_account_id == google_service_account.api.name
    )
    error_message = "it acts as the machines' account and no other"
  }
  assert {
    condition = strcontains(
      google_storage_bucket_iam_member.fleet_state.condition[0].expression, "objects/mig/production/"
    )
    error_message = "it writes the state of its own environment"
  }
}
