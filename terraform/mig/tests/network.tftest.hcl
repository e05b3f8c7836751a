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

run "no_firewall_rule_is_open_to_the_world" {
  command = plan

  assert {
    condition = alltrue([
      for rule in [
        google_compute_firewall.load_balancer,
        google_compute_firewall.iap_ssh,
        google_compute_firewall.iap_image_build,
      ] : length(rule.source_ranges) > 0 && length(setintersection(rule.source_ranges, ["0.0.0.0/0", "::/0"])) == 0
    ])
    error_message = "a rule without a source, or for everybody"
  }
  assert {
    condition = (
      google_compute_firewall.load_balancer.source_ranges == toset(["130.211.0.0/22", "35.191.0.0/16"]) &&
      flatten([for allow in google_compute_firewall.load_balancer.allow : allow.ports]) == ["3000", "3001"]
    )
    error_message = "Google's front ends reach the API's port, and only they"
  }
  assert {
    condition = alltrue([
      for rule in [google_compute_firewall.iap_ssh, google_compute_firewall.iap_image_build] :
      rule.source_ranges == toset(["35.235.240.0/20"]) && flatten([for allow in rule.allow : allow.ports]) == ["22"]
    ])
    error_message = "shells come through the identity-aware proxy"
  }
}

run "rules_name_their_targets" {
  command = apply

  assert {
    condition = alltrue([
      for rule in [google_compute_firewall.load_balancer, google_compute_firewall.iap_ssh] :
      rule.target_service_accounts == toset([google_service_account.api.email])
    ])
    error_message = "the machines of the fleet, which a tag could not prove"
  }
  assert {
    condition     = google_compute_firewall.iap_image_build.target_tags == toset(["coinbreakr-image-build"])
    error_message = "the machine that Packer builds on"
  }
}

run "traffic_leaves_from_one_known_address" {
  command = apply

  assert {
    condition = (
      google_compute_router_nat.main.nat_ip_allocate_option == "MANUAL_ONLY" &&
      google_compute_router_nat.main.nat_ips == toset([google_compute_address.egress.self_link]) &&
      output.egress_address == google_compute_address.egress.address
    )
    error_message = "MongoDB Atlas knows one address"
  }
  assert {
    condition     = google_compute_subnetwork.main.private_ip_google_access && !google_compute_network.main.auto_create_subnetworks
    error_message = "Secret Manager is reached without a public address, in a network of our own"
  }
}
