# No target_size: it would quarrel with the autoscaler at every apply.
resource "google_compute_region_instance_group_manager" "api" {
  name                      = local.name
  base_instance_name        = local.name
  region                    = var.region
  distribution_policy_zones = var.zones

  version {
    instance_template = google_compute_instance_template.api.self_link_unique
  }

  named_port {
    name = "http"
    port = local.port
  }

  auto_healing_policies {
    health_check      = google_compute_health_check.live.id
    initial_delay_sec = 2 * var.boot_seconds
  }

  # New machines first, one a zone, and none goes before its replacement serves.
  update_policy {
    type                           = "PROACTIVE"
    minimal_action                 = "REPLACE"
    most_disruptive_allowed_action = "REPLACE"
    replacement_method             = "SUBSTITUTE"
    instance_redistribution_type   = "PROACTIVE"
    max_surge_fixed                = length(var.zones)
    max_unavailable_fixed          = 0
  }

  # An apply that returns means that the new image runs everywhere.
  wait_for_instances        = true
  wait_for_instances_status = "UPDATED"

  timeouts {
    create = "30m"
    update = "45m"
  }

  depends_on = [
    google_compute_firewall.load_balancer,
    google_compute_router_nat.main,
    google_project_iam_member.api,
    google_secret_manager_secret_iam_member.api,
  ]
}

resource "google_compute_region_autoscaler" "api" {
  name   = local.name
  region = var.region
  target = google_compute_region_instance_group_manager.api.id

  autoscaling_policy {
    mode            = "ON"
    min_replicas    = var.min_replicas
    max_replicas    = var.max_replicas
    cooldown_period = var.boot_seconds

    cpu_utilization {
      target = var.cpu_target
    }

    # One machine in ten minutes, so that a short lull does not undo a climb.
    scale_in_control {
      time_window_sec = 600

      max_scaled_in_replicas {
        fixed = 1
      }
    }
  }
}
