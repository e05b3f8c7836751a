mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

run "the_cluster_is_named_and_placed" {
  command = plan

  assert {
    condition     = google_container_cluster.main.name == "coinbreakr-testing" && google_container_cluster.main.location == "us-central1"
    error_message = "workflows and manifests call it coinbreakr-testing, in us-central1"
  }
  assert {
    condition = (
      google_container_cluster.main.remove_default_node_pool && google_container_cluster.main.deletion_protection
    )
    error_message = "the first pool goes, and the cluster cannot be deleted by accident"
  }
}

run "the_control_plane_is_private_and_reached_by_name" {
  command = plan

  assert {
    condition = (
      google_container_cluster.main.private_cluster_config[0].enable_private_nodes &&
      google_container_cluster.main.private_cluster_config[0].enable_private_endpoint
    )
    error_message = "neither nodes nor the IP endpoint are public"
  }
  assert {
    condition     = google_container_cluster.main.control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
    error_message = "hosted runners deploy through the DNS endpoint"
  }
  assert {
    condition = (
      length(google_container_cluster.main.master_authorized_networks_config) == 1 &&
      length(google_container_cluster.main.master_authorized_networks_config[0].cidr_blocks) == 0 &&
      !google_container_cluster.main.master_authorized_networks_config[0].gcp_public_cidrs_access_enabled
    )
    error_message = "the IP endpoint takes no outside address"
  }
  assert {
    condition = (
      !google_container_cluster.main.master_auth[0].client_certificate_config[0].issue_client_certificate &&
      !google_container_cluster.main.enable_legacy_abac &&
      google_container_cluster.main.anonymous_authentication_config[0].mode == "LIMITED" &&
      !google_container_cluster.main.rbac_binding_config[0].enable_insecure_binding_system_authenticated &&
      !google_container_cluster.main.rbac_binding_config[0].enable_insecure_binding_system_unauthenticated
    )
    error_message = "no certificate, no ABAC, no rights for anybody and everybody"
  }
}

run "the_data_plane_is_hardened" {
  command = plan

  assert {
    condition     = google_container_cluster.main.datapath_provider == "ADVANCED_DATAPATH"
    error_message = "only Dataplane V2 enforces the network policies"
  }
  assert {
    condition     = google_container_cluster.main.workload_identity_config[0].workload_pool == "coinbreakr.svc.id.goog"
    error_message = "pods have identities of their own"
  }
  assert {
    condition = (
      google_container_cluster.main.enable_shielded_nodes &&
      google_container_cluster.main.enable_intranode_visibility &&
      google_container_cluster.main.binary_authorization[0].evaluation_mode == "PROJECT_SINGLETON_POLICY_ENFORCE"
    )
    error_message = "shielded nodes, visible traffic, and the project's image policy"
  }
  assert {
    condition = (
      google_container_cluster.main.ip_allocation_policy[0].cluster_secondary_range_name == "pods" &&
      google_container_cluster.main.ip_allocation_policy[0].services_secondary_range_name == "services"
    )
    error_message = "pods and services have ranges of their own"
  }
}

run "upgrades_come_slowly_and_on_weekends" {
  command = plan

  assert {
    condition     = google_container_cluster.main.release_channel[0].channel == "REGULAR"
    error_message = "the REGULAR channel"
  }
  assert {
    condition = (
      google_container_cluster.main.maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=SA,SU" &&
      google_container_cluster.main.maintenance_policy[0].recurring_window[0].end_time ==
      timeadd(google_container_cluster.main.maintenance_policy[0].recurring_window[0].start_time, "8h")
    )
    error_message = "GKE refuses windows of less than 48 hours in 32 days: 8 nights of 8 hours are 64"
  }
}

run "logs_and_metrics_leave_the_cluster" {
  command = plan

  assert {
    condition     = toset(google_container_cluster.main.logging_config[0].enable_components) == toset(["SYSTEM_COMPONENTS", "WORKLOADS"])
    error_message = "the API's logs too"
  }
  assert {
    condition = (
      contains(google_container_cluster.main.monitoring_config[0].enable_components, "SYSTEM_COMPONENTS") &&
      contains(google_container_cluster.main.monitoring_config[0].enable_components, "HPA") &&
      google_container_cluster.main.monitoring_config[0].managed_prometheus[0].enabled
    )
    error_message = "managed Prometheus scrapes the pods"
  }
  assert {
    condition = (
      !google_container_cluster.main.addons_config[0].horizontal_pod_autoscaling[0].disabled &&
      !google_container_cluster.main.addons_config[0].http_load_balancing[0].disabled
    )
    error_message = "autoscaling of pods and load balancers are on"
  }
}

run "secrets_have_googles_key_by_default" {
  command = plan

  assert {
    condition = (
      length(google_container_cluster.main.database_encryption) == 0 && length(google_kms_crypto_key_iam_member.cluster) == 0
    )
    error_message = "no key, no grant"
  }
}

run "secrets_may_have_a_key_of_ours" {
  command = plan

  variables {
    secrets_kms_key = "projects/coinbreakr/locations/us-central1/keyRings/coinbreakr/cryptoKeys/kubernetes"
  }

  assert {
    condition = (
      google_container_cluster.main.database_encryption[0].state == "ENCRYPTED" &&
      google_container_cluster.main.database_encryption[0].key_name == var.secrets_kms_key
    )
    error_message = "etcd is encrypted with the key"
  }
  assert {
    condition = (
      google_kms_crypto_key_iam_member.cluster[0].role == "roles/cloudkms.cryptoKeyEncrypterDecrypter" &&
      google_kms_crypto_key_iam_member.cluster[0].member == "serviceAccount:service-123456@container-engine-robot.iam.gserviceaccount.com"
    )
    error_message = "the agent of GKE, and only it, uses the key"
  }
}
