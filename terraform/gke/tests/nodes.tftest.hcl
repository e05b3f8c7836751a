mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

run "one_to_five_nodes_in_all_zones_together" {
  command = plan

  assert {
    condition = (
      google_container_node_pool.main.autoscaling[0].total_min_node_count == 1 &&
      google_container_node_pool.main.autoscaling[0].total_max_node_count == 5
    )
    error_message = "one to five, counted over the region"
  }
  assert {
    condition = (
      google_container_node_pool.main.autoscaling[0].min_node_count == null &&
      google_container_node_pool.main.autoscaling[0].max_node_count == null
    )
    error_message = "counts per zone would triple the pool"
  }
  assert {
    condition     = google_container_node_pool.main.initial_node_count == 1
    error_message = "the autoscaler owns the count, so only the start is given"
  }
}

run "nodes_are_replaced_before_they_go" {
  command = plan

  assert {
    condition = (
      google_container_node_pool.main.upgrade_settings[0].max_surge == 1 &&
      google_container_node_pool.main.upgrade_settings[0].max_unavailable == 0
    )
    error_message = "one more, none less"
  }
  assert {
    condition     = google_container_node_pool.main.management[0].auto_repair && google_container_node_pool.main.management[0].auto_upgrade
    error_message = "repaired and upgraded by themselves"
  }
}

run "nodes_are_small_and_hardened" {
  command = plan

  assert {
    condition = (
      google_container_node_pool.main.node_config[0].machine_type == "e2-medium" &&
      google_container_node_pool.main.node_config[0].image_type == "COS_CONTAINERD"
    )
    error_message = "e2-medium with Container-Optimized OS"
  }
  assert {
    condition = (
      google_container_node_pool.main.node_config[0].shielded_instance_config[0].enable_secure_boot &&
      google_container_node_pool.main.node_config[0].shielded_instance_config[0].enable_integrity_monitoring
    )
    error_message = "secure boot"
  }
  assert {
    condition = (
      google_container_node_pool.main.node_config[0].workload_metadata_config[0].mode == "GKE_METADATA" &&
      google_container_node_pool.main.node_config[0].metadata["disable-legacy-endpoints"] == "true" &&
      google_container_node_pool.main.node_config[0].kubelet_config[0].insecure_kubelet_readonly_port_enabled == "FALSE"
    )
    error_message = "pods cannot borrow the node's identity, and nobody reads the kubelet without credentials"
  }
  assert {
    condition     = google_container_node_pool.main.network_config[0].enable_private_nodes
    error_message = "no public addresses"
  }
}

run "more_nodes_can_be_asked_for" {
  command = plan

  variables {
    min_nodes = 2
    max_nodes = 8
  }

  assert {
    condition = (
      google_container_node_pool.main.autoscaling[0].total_min_node_count == 2 &&
      google_container_node_pool.main.autoscaling[0].total_max_node_count == 8
    )
    error_message = "the variables reach the pool"
  }
}
