mock_provider "google" {
  source = "./tests/mocks"
}

variables {
  project_id           = "coinbreakr"
  github_owner_id      = "1000001"
  github_repository_id = "2000002"
}

run "the_network_is_our_own" {
  command = plan

  assert {
    condition     = google_compute_network.main.name == "coinbreakr-testing" && !google_compute_network.main.auto_create_subnetworks
    error_message = "a network with only the subnetworks that we name"
  }
  assert {
    condition = { for range in google_compute_subnetwork.nodes.secondary_ip_range : range.range_name => range.ip_cidr_range } == {
      pods     = "10.12.0.0/16"
      services = "10.11.0.0/20"
    }
    error_message = "ranges for pods and services"
  }
  assert {
    condition     = google_compute_subnetwork.nodes.private_ip_google_access
    error_message = "nodes pull images without a public address"
  }
}

run "traffic_leaves_from_one_known_address" {
  command = apply

  assert {
    condition = (
      google_compute_router_nat.main.nat_ip_allocate_option == "MANUAL_ONLY" &&
      google_compute_router_nat.main.nat_ips == toset([google_compute_address.egress.self_link])
    )
    error_message = "MongoDB Atlas knows one address"
  }
  assert {
    condition     = google_compute_router_nat.main.source_subnetwork_ip_ranges_to_nat == "LIST_OF_SUBNETWORKS"
    error_message = "only the nodes' subnetwork goes out"
  }
  assert {
    condition     = output.egress_address == google_compute_address.egress.address
    error_message = "the address is an output"
  }
}

run "no_firewall_rule_is_open_to_the_world" {
  command = plan

  assert {
    condition = alltrue([
      for rule in [google_compute_firewall.iap_ssh] :
      length(rule.source_ranges) > 0 && length(setintersection(rule.source_ranges, ["0.0.0.0/0", "::/0"])) == 0
    ])
    error_message = "a rule without a source, or for everybody"
  }
  assert {
    condition = (
      google_compute_firewall.iap_ssh.source_ranges == toset(["35.235.240.0/20"]) &&
      flatten([for allow in google_compute_firewall.iap_ssh.allow : allow.ports]) == ["22"]
    )
    error_message = "a shell comes through the identity-aware proxy"
  }
}
