mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

run "what_is_deployed_stays_and_other_images_go_after_thirty_days" {
  command = plan

  assert {
    condition = (
      google_artifact_registry_repository.main.repository_id == "coinbreakr-testing" &&
      google_artifact_registry_repository.main.format == "DOCKER"
    )
    error_message = "the repository that the workflows push to"
  }
  assert {
    condition     = google_artifact_registry_repository.main.cleanup_policy_dry_run == false
    error_message = "a dry run deletes nothing"
  }
  assert {
    condition     = toset([for policy in google_artifact_registry_repository.main.cleanup_policies : policy.id]) == toset(["keep-deployed", "delete-30d"])
    error_message = "exactly two policies, each with an id of its own"
  }
  assert {
    condition     = length(google_artifact_registry_repository.main.cleanup_policies) == 2
    error_message = "exactly two policies"
  }
  assert {
    condition = one([
      for policy in google_artifact_registry_repository.main.cleanup_policies :
      policy.condition[0].tag_prefixes if policy.id == "keep-deployed" && policy.action == "KEEP"
    ]) == tolist(["deployed-"])
    error_message = "what is deployed stays, however old"
  }
  assert {
    condition = one([
      for policy in google_artifact_registry_repository.main.cleanup_policies :
      policy.condition[0] if policy.action == "DELETE"
    ]).older_than == "2592000s"
    error_message = "thirty days, in whole seconds"
  }
  assert {
    condition = one([
      for policy in google_artifact_registry_repository.main.cleanup_policies :
      policy.condition[0] if policy.action == "DELETE"
    ]).tag_state == "TAGGED"
    error_message = "only images have tags of their own: signatures and attestations must outlive them"
  }
  assert {
    condition = one([
      for policy in google_artifact_registry_repository.main.cleanup_policies :
      join("", policy.condition[0].tag_prefixes) if policy.action == "DELETE"
    ]) == "0123456789abcdef"
    error_message = "every commit begins with one of these, and no tag of a signature does"
  }
  assert {
    condition     = !google_artifact_registry_repository.main.docker_config[0].immutable_tags
    error_message = "immutable tags would keep tagged images for ever"
  }
}

run "only_our_images_are_admitted" {
  command = plan

  assert {
    condition = [
      for pattern in google_binary_authorization_policy.main.admission_whitelist_patterns : pattern.name_pattern
    ] == ["us-central1-docker.pkg.dev/coinbreakr/coinbreakr-testing/*"]
    error_message = "our registry and nothing else"
  }
  assert {
    condition = (
      google_binary_authorization_policy.main.global_policy_evaluation_mode == "ENABLE" &&
      google_binary_authorization_policy.main.default_admission_rule[0].evaluation_mode == "ALWAYS_DENY" &&
      google_binary_authorization_policy.main.default_admission_rule[0].enforcement_mode == "DRYRUN_AUDIT_LOG_ONLY"
    )
    error_message = "others are denied, in the audit log at first"
  }
}

run "other_images_can_be_refused" {
  command = plan

  variables {
    image_policy = "ENFORCED_BLOCK_AND_AUDIT_LOG"
  }

  assert {
    condition     = google_binary_authorization_policy.main.default_admission_rule[0].enforcement_mode == "ENFORCED_BLOCK_AND_AUDIT_LOG"
    error_message = "the variable reaches the policy"
  }
}
