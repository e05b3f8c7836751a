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

run "an_update_takes_no_capacity_away" {
  command = plan

  assert {
    condition = (
      google_compute_region_instance_group_manager.api.update_policy[0].type == "PROACTIVE" &&
      google_compute_region_instance_group_manager.api.update_policy[0].minimal_action == "REPLACE" &&
      google_compute_region_instance_group_manager.api.update_policy[0].most_disruptive_allowed_action == "REPLACE" &&
      google_compute_region_instance_group_manager.api.update_policy[0].replacement_method == "SUBSTITUTE"
    )
    error_message = "a new image rolls by itself, by new machines"
  }
  assert {
    condition     = google_compute_region_instance_group_manager.api.update_policy[0].max_unavailable_fixed == 0
    error_message = "a machine may go away before its replacement serves"
  }
  assert {
    condition     = google_compute_region_instance_group_manager.api.update_policy[0].max_surge_fixed == length(var.zones)
    error_message = "the surge of a regional group is 0 or at least one a zone"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.update_policy[0].instance_redistribution_type == "PROACTIVE" &&
      google_compute_region_instance_group_manager.api.distribution_policy_zones == toset(var.zones)
    )
    error_message = "machines stay spread over the zones"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.wait_for_instances &&
      google_compute_region_instance_group_manager.api.wait_for_instances_status == "UPDATED"
    )
    error_message = "an apply that returns has rolled the fleet"
  }
}

run "the_surge_follows_the_zones" {
  command = plan

  variables {
    zones = ["us-central1-a", "us-central1-b", "us-central1-c", "us-central1-f"]
  }

  assert {
    condition     = google_compute_region_instance_group_manager.api.update_policy[0].max_surge_fixed == 4
    error_message = "one a zone"
  }
}

run "the_autoscaler_alone_owns_the_size" {
  command = plan

  assert {
    condition = (
      google_compute_region_autoscaler.api.autoscaling_policy[0].mode == "ON" &&
      google_compute_region_autoscaler.api.autoscaling_policy[0].min_replicas == 2 &&
      google_compute_region_autoscaler.api.autoscaling_policy[0].max_replicas == 10
    )
    error_message = "two to ten machines"
  }
  assert {
    condition     = google_compute_region_autoscaler.api.autoscaling_policy[0].cpu_utilization[0].target == 0.7
    error_message = "at 70 percent of the CPU"
  }
  assert {
    condition = (
      google_compute_region_autoscaler.api.autoscaling_policy[0].scale_in_control[0].max_scaled_in_replicas[0].fixed == 1 &&
      google_compute_region_autoscaler.api.autoscaling_policy[0].scale_in_control[0].time_window_sec == 600
    )
    error_message = "one machine less in ten minutes"
  }
  assert {
    condition     = google_compute_region_autoscaler.api.autoscaling_policy[0].cooldown_period >= var.boot_seconds
    error_message = "a machine that boots says nothing about the load"
  }
}

run "the_configuration_names_no_size" {
  command = apply

  # The mock fills in what the configuration leaves out; a size given there would win over it.
  assert {
    condition     = google_compute_region_instance_group_manager.api.target_size == 4
    error_message = "a target size quarrels with the autoscaler at every apply"
  }
}

run "liveness_heals_and_readiness_routes" {
  command = apply

  assert {
    condition = (
      google_compute_health_check.live.http_health_check[0].request_path == "/api/livez" &&
      google_compute_health_check.live.http_health_check[0].port == 3001 &&
      google_compute_health_check.live.check_interval_sec == 10 &&
      google_compute_health_check.live.unhealthy_threshold == 3
    )
    error_message = "thirty seconds without a sign of life"
  }
  assert {
    condition = (
      google_compute_health_check.ready.http_health_check[0].request_path == "/v1/readyz" &&
      google_compute_health_check.ready.http_health_check[0].port == 3000 &&
      google_compute_health_check.ready.check_interval_sec == 5
    )
    error_message = "readiness is asked every five seconds"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.auto_healing_policies[0].health_check == google_compute_health_check.live.id &&
      google_compute_backend_service.api.health_checks == toset([google_compute_health_check.ready.id]) &&
      google_compute_health_check.live.id != google_compute_health_check.ready.id
    )
    error_message = "a database that is away must not make the group replace machines"
  }
  assert {
    condition     = google_compute_region_instance_group_manager.api.auto_healing_policies[0].initial_delay_sec > var.boot_seconds
    error_message = "a machine is not healed while it boots"
  }
  assert {
    condition = (
      google_compute_region_instance_group_manager.api.named_port == toset([{ name = "http", port = 3000 }]) &&
      google_compute_backend_service.api.port_name == "http"
    )
    error_message = "the load balancer finds the API's port by name"
  }
}
