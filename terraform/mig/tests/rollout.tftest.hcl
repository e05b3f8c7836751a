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

# One state over the runs of this file: first a fleet, then the same fleet with another image.
run "the_fleet_runs_an_image" {
  command = apply

  assert {
    condition     = output.image == "coinbreakr-0123456789abcdef0123456789abcdef01234567"
    error_message = "the first image"
  }
}

run "another_image_rolls_the_same_group" {
  command = apply

  variables {
    image_name = "coinbreakr-fedcba9876543210fedcba9876543210fedcba98"
  }

  assert {
    condition = (
      endswith(google_compute_instance_template.api.disk[0].source_image, var.image_name) &&
      google_compute_instance_template.api.metadata["coinbreakr-revision"] == "fedcba9876543210fedcba9876543210fedcba98"
    )
    error_message = "the template names the new image"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.version[0].instance_template ==
      google_compute_instance_template.api.self_link_unique
    )
    error_message = "the group follows the template"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.id == run.the_fleet_runs_an_image.instance_group_id &&
      google_compute_global_address.api.id == run.the_fleet_runs_an_image.address_id
    )
    error_message = "group and address stay: clients notice nothing"
  }
}

run "the_image_before_it_is_the_way_back" {
  command = apply

  assert {
    condition = (
      output.image == run.the_fleet_runs_an_image.image &&
      google_compute_region_instance_group_manager.api.id == run.the_fleet_runs_an_image.instance_group_id
    )
    error_message = "a rollback is an update like any other"
  }
}
