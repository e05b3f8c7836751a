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

run "machines_start_from_the_named_image" {
  command = plan

  assert {
    condition     = google_compute_instance_template.api.disk[0].source_image == "projects/coinbreakr/global/images/${var.image_name}"
    error_message = "exactly the image that was named"
  }
  assert {
    condition     = length(data.google_compute_image.newest) == 0
    error_message = "no look-up makes the plan vary"
  }
  assert {
    condition     = google_compute_instance_template.api.name_prefix == "coinbreakr-production-"
    error_message = "a new template needs a new name"
  }
}

run "without_a_name_the_newest_of_the_family_is_taken" {
  command = plan

  variables {
    image_name = null
  }

  assert {
    condition     = data.google_compute_image.newest[0].family == "coinbreakr-production-family"
    error_message = "the family that the image workflow fills"
  }
  assert {
    condition = (
      google_compute_instance_template.api.disk[0].source_image ==
      "projects/coinbreakr/global/images/coinbreakr-89abcdef0123456789abcdef0123456789abcdef"
    )
    error_message = "the look-up's answer, still by its exact name"
  }
}

run "machines_are_private_and_shielded" {
  command = plan

  assert {
    condition     = alltrue([for nic in google_compute_instance_template.api.network_interface : length(nic.access_config) == 0])
    error_message = "no external address"
  }
  assert {
    condition = (
      google_compute_instance_template.api.shielded_instance_config[0].enable_secure_boot &&
      google_compute_instance_template.api.shielded_instance_config[0].enable_vtpm &&
      google_compute_instance_template.api.shielded_instance_config[0].enable_integrity_monitoring
    )
    error_message = "shielded"
  }
  assert {
    condition = (
      google_compute_instance_template.api.metadata["enable-oslogin"] == "TRUE" &&
      google_compute_instance_template.api.metadata["block-project-ssh-keys"] == "TRUE" &&
      google_compute_instance_template.api.metadata["serial-port-enable"] == "FALSE"
    )
    error_message = "shells by IAM only"
  }
  assert {
    condition     = google_compute_instance_template.api.metadata["serial-port-logging-enable"] == "TRUE"
    error_message = "what a machine logs outlives it"
  }

  assert {
    condition     = google_compute_instance_template.api.metadata_startup_script == null
    error_message = "nothing is installed at boot: the image is complete"
  }
}

run "the_boot_configuration_is_names_only" {
  command = plan

  assert {
    condition = {
      for key, value in google_compute_instance_template.api.metadata : key => value if startswith(key, "coinbreakr-")
      } == {
      coinbreakr-project            = "coinbreakr"
      coinbreakr-env                = "production"
      coinbreakr-revision           = "0123456789abcdef0123456789abcdef01234567"
      coinbreakr-trusted-proxy-hops = "3"
      coinbreakr-mongo-url-secret   = "coinbreakr-production-mongo-url"
      coinbreakr-jwt-secret-secret  = "coinbreakr-production-jwt-secret"
    }
    error_message = "what coinbreakr.service reads, and not one thing more"
  }
  assert {
    condition     = toset(keys(google_secret_manager_secret.api)) == toset(["mongo-url", "jwt-secret"])
    error_message = "the names are those of the secrets made here"
  }
}
