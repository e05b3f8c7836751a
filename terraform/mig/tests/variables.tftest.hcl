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

run "a_project_is_given_by_its_id" {
  command = plan

  variables {
    project_id = "Coin Breakr"
  }

  expect_failures = [var.project_id]
}

run "testing_is_not_a_fleet" {
  command = plan

  variables {
    environment = "testing"
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

run "the_fleet_fits_its_range" {
  command = plan

  variables {
    subnet_cidr = "10.30.0.0/28"
  }

  expect_failures = [var.subnet_cidr]
}

run "a_domain_has_no_final_dot" {
  command = plan

  variables {
    domain = "api.splitlyr.clestiq.com."
  }

  expect_failures = [var.domain]
}

run "a_zone_is_given_by_its_resource" {
  command = plan

  variables {
    dns_managed_zone = "splitlyr.clestiq.com."
  }

  expect_failures = [var.dns_managed_zone]
}

run "a_channel_has_its_full_name" {
  command = plan

  variables {
    notification_channels = ["mail"]
  }

  expect_failures = [var.notification_channels]
}

run "an_image_is_one_of_ours" {
  command = plan

  variables {
    image_name = "debian-12"
  }

  expect_failures = [var.image_name]
}

run "a_machine_type_is_needed" {
  command = plan

  variables {
    machine_type = "medium"
  }

  expect_failures = [var.machine_type]
}

run "a_disk_holds_the_image" {
  command = plan

  variables {
    disk_gb = 5
  }

  expect_failures = [var.disk_gb]
}

run "a_fleet_without_machines_is_refused" {
  command = plan

  variables {
    min_replicas = 0
  }

  expect_failures = [var.min_replicas]
}

run "production_survives_one_machine" {
  command = plan

  variables {
    min_replicas = 1
  }

  expect_failures = [var.min_replicas]
}

run "the_most_is_not_below_the_fewest" {
  command = plan

  variables {
    max_replicas = 1
  }

  expect_failures = [var.max_replicas]
}

run "a_fleet_has_room_for_peaks" {
  command = plan

  variables {
    cpu_target = 0.95
  }

  expect_failures = [var.cpu_target]
}

run "a_boot_takes_time" {
  command = plan

  variables {
    boot_seconds = 5
  }

  expect_failures = [var.boot_seconds]
}

run "the_edge_lets_people_through" {
  command = plan

  variables {
    requests_per_minute = 1
  }

  expect_failures = [var.requests_per_minute]
}

run "an_owner_is_a_number" {
  command = plan

  variables {
    github_owner_id = "octocat"
  }

  expect_failures = [var.github_owner_id]
}

run "a_repository_id_is_a_number" {
  command = plan

  variables {
    github_repository_id = "octocat/coinbreakr"
  }

  expect_failures = [var.github_repository_id]
}

run "a_repository_has_an_owner" {
  command = plan

  variables {
    github_repository = "coinbreakr"
  }

  expect_failures = [var.github_repository]
}

run "a_bucket_has_no_scheme" {
  command = plan

  variables {
    state_bucket = "gs://coinbreakr"
  }

  expect_failures = [var.state_bucket]
}
