resource "google_container_cluster" "main" {
  #checkov:skip=CKV_GCP_12:Dataplane V2 enforces network policies itself and cannot be combined with the Calico add-on
  #checkov:skip=CKV_GCP_65:one service account deploys and people are few, so RBAC binds accounts and needs no Google group
  name                = local.name
  location            = var.region
  node_locations      = var.zones
  network             = google_compute_network.main.id
  subnetwork          = google_compute_subnetwork.nodes.id
  networking_mode     = "VPC_NATIVE"
  datapath_provider   = "ADVANCED_DATAPATH"
  deletion_protection = var.deletion_protection

  resource_labels = {
    component = "cluster"
  }

  # The first pool exists for minutes only; the real one is in nodes.tf and can change without a new cluster.
  remove_default_node_pool = true
  initial_node_count       = 1

  enable_shielded_nodes       = true
  enable_intranode_visibility = true
  enable_legacy_abac          = false

  release_channel {
    channel = "REGULAR"
  }

  # GKE asks for 48 hours in any 32 days; two nights of eight hours a week give 64.
  maintenance_policy {
    recurring_window {
      start_time = "2026-01-03T02:00:00Z"
      end_time   = "2026-01-03T10:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
    }
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = true
  }

  # The IP endpoint answers inside the network only, the DNS endpoint behind IAM: hosted runners need no address list.
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = true
    }
    ip_endpoints_config {
      enabled = true
    }
  }

  master_authorized_networks_config {
    gcp_public_cidrs_access_enabled = false
  }

  master_auth {
    client_certificate_config {
      issue_client_certificate = false
    }
  }

  anonymous_authentication_config {
    mode = "LIMITED"
  }

  rbac_binding_config {
    enable_insecure_binding_system_authenticated   = false
    enable_insecure_binding_system_unauthenticated = false
  }

  workload_identity_config {
    workload_pool = "${var.project_id}.svc.id.goog"
  }

  binary_authorization {
    evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
  }

  dynamic "database_encryption" {
    for_each = var.secrets_kms_key[*]
    content {
      state    = "ENCRYPTED"
      key_name = database_encryption.value
    }
  }

  addons_config {
    horizontal_pod_autoscaling {
      disabled = false
    }
    # The load balancers of Services are this add-on's work.
    http_load_balancing {
      disabled = false
    }
  }

  vertical_pod_autoscaling {
    enabled = false
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  logging_config {
    enable_components = ["SYSTEM_COMPONENTS", "WORKLOADS"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "DEPLOYMENT", "HPA", "POD"]

    managed_prometheus {
      enabled = true
    }
  }

  # Only the short-lived first pool reads this: without it, it would run as the default account.
  node_config {
    service_account = google_service_account.node.email
    image_type      = "COS_CONTAINERD"

    shielded_instance_config {
      enable_secure_boot          = true
      enable_integrity_monitoring = true
    }

    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }

  lifecycle {
    ignore_changes = [initial_node_count, node_config]
  }

  depends_on = [
    google_kms_crypto_key_iam_member.cluster,
    google_project_iam_member.node,
    google_project_service.main,
  ]
}
