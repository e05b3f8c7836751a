mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

run "a_project_is_given_by_its_id" {
  command = plan

  variables {
    project_id = "Coin Breakr"
  }

  expect_failures = [var.project_id]
}

run "production_is_not_on_this_cluster" {
  command = plan

  variables {
    environment = "production"
  }

  expect_failures = [var.environment]
}

run "a_region_is_not_a_zone" {
  command = plan

  variables {
    region = "us-central1-a"
  }

  expect_failures = [var.region]
}

run "one_zone_is_not_enough" {
  command = plan

  variables {
    zones = ["us-central1-a"]
  }

  expect_failures = [var.zones]
}

run "zones_lie_in_the_region" {
  command = plan

  variables {
    zones = ["us-central1-a", "us-east1-b"]
  }

  expect_failures = [var.zones]
}

run "zones_differ" {
  command = plan

  variables {
    zones = ["us-central1-a", "us-central1-a"]
  }

  expect_failures = [var.zones]
}

run "a_machine_type_is_needed" {
  command = plan

  variables {
    machine_type = "medium"
  }

  expect_failures = [var.machine_type]
}

run "a_pool_without_nodes_is_refused" {
  command = plan

  variables {
    min_nodes = 0
  }

  expect_failures = [var.min_nodes]
}

run "the_most_is_not_below_the_fewest" {
  command = plan

  variables {
    max_nodes = 0
  }

  expect_failures = [var.max_nodes]
}

run "a_disk_is_large_enough" {
  command = plan

  variables {
    node_disk_gb = 10
  }

  expect_failures = [var.node_disk_gb]
}

run "a_key_has_its_full_name" {
  command = plan

  variables {
    secrets_kms_key = "kubernetes"
  }

  expect_failures = [var.secrets_kms_key]
}

run "images_are_audited_or_refused" {
  command = plan

  variables {
    image_policy = "ALLOW"
  }

  expect_failures = [var.image_policy]
}

run "ages_are_whole_days" {
  command = plan

  variables {
    delete_after_days = 0.5
  }

  expect_failures = [var.delete_after_days]
}

run "nodes_have_a_range" {
  command = plan

  variables {
    nodes_cidr = "10.0.0.0"
  }

  expect_failures = [var.nodes_cidr]
}

run "pods_have_a_large_range" {
  command = plan

  variables {
    pods_cidr = "10.12.0.0/24"
  }

  expect_failures = [var.pods_cidr]
}

run "services_have_a_range" {
  command = plan

  variables {
    services_cidr = "services"
  }

  expect_failures = [var.services_cidr]
}

run "an_owner_is_a_number" {
  command = plan

  variables {
    github_owner_id = "octocat"
  }

  expect_failures = [var.github_owner_id]
}

run "a_repository_is_a_number" {
  command = plan

  variables {
    github_repository_id = "octocat/coinbreakr"
  }

  expect_failures = [var.github_repository_id]
}

run "a_branch_cannot_break_out_of_the_condition" {
  command = plan

  variables {
    deploy_branch = "x' || true || '"
  }

  expect_failures = [var.deploy_branch]
}
