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

run "https_is_modern_and_http_redirects" {
  command = apply

  assert {
    condition = alltrue([
      for part in [
        google_compute_backend_service.api,
        google_compute_global_forwarding_rule.https,
        google_compute_global_forwarding_rule.http,
      ] : part.load_balancing_scheme == "EXTERNAL_MANAGED"
    ])
    error_message = "backend and rules agree on the scheme"
  }
  assert {
    condition = (
      google_compute_global_forwarding_rule.https.port_range == "443" &&
      google_compute_global_forwarding_rule.http.port_range == "80" &&
      google_compute_global_forwarding_rule.https.target == google_compute_target_https_proxy.api.id &&
      google_compute_global_forwarding_rule.http.target == google_compute_target_http_proxy.redirect.id
    )
    error_message = "443 serves, 80 redirects"
  }
  assert {
    condition = (
      google_compute_global_forwarding_rule.https.ip_address == google_compute_global_address.api.id &&
      google_compute_global_forwarding_rule.http.ip_address == google_compute_global_address.api.id
    )
    error_message = "both on the one fixed address"
  }
  assert {
    condition = (
      google_compute_url_map.redirect.default_url_redirect[0].https_redirect &&
      google_compute_url_map.redirect.default_url_redirect[0].redirect_response_code == "MOVED_PERMANENTLY_DEFAULT" &&
      !google_compute_url_map.redirect.default_url_redirect[0].strip_query &&
      google_compute_target_http_proxy.redirect.url_map == google_compute_url_map.redirect.id
    )
    error_message = "301, with the query"
  }
  assert {
    condition = (
      google_compute_ssl_policy.edge.min_tls_version == "TLS_1_2" &&
      google_compute_ssl_policy.edge.profile == "MODERN" &&
      google_compute_target_https_proxy.api.ssl_policy == google_compute_ssl_policy.edge.id
    )
    error_message = "TLS 1.2 or newer"
  }
}

run "requests_are_finished_logged_and_limited" {
  command = apply

  assert {
    condition = (
      google_compute_backend_service.api.connection_draining_timeout_sec == 60 &&
      google_compute_backend_service.api.timeout_sec > 30
    )
    error_message = "gunicorn stops in 25 s and answers in 30 s at most"
  }
  assert {
    condition = (
      google_compute_backend_service.api.log_config[0].enable &&
      google_compute_backend_service.api.log_config[0].sample_rate == 1
    )
    error_message = "every request is logged"
  }
  assert {
    condition     = google_compute_backend_service.api.security_policy == google_compute_security_policy.edge.id
    error_message = "Cloud Armor stands in front"
  }
  assert {
    condition = one([
      for rule in google_compute_security_policy.edge.rule : rule.rate_limit_options[0] if rule.action == "throttle"
    ]).rate_limit_threshold[0].count == 600
    error_message = "one address gets 600 requests a minute"
  }
  assert {
    condition = one([
      for rule in google_compute_security_policy.edge.rule : rule.rate_limit_options[0] if rule.action == "throttle"
    ]).exceed_action == "deny(429)"
    error_message = "and 429 above"
  }
  assert {
    condition     = length([for rule in google_compute_security_policy.edge.rule : rule if rule.priority == 2147483647]) == 1
    error_message = "a policy has one default rule"
  }
}

run "name_and_certificate_agree" {
  command = apply

  assert {
    condition = (
      google_dns_record_set.api.name == "api.splitlyr.clestiq.com." &&
      google_dns_record_set.api.type == "A" &&
      google_dns_record_set.api.rrdatas == tolist([google_compute_global_address.api.address])
    )
    error_message = "the name leads to the load balancer"
  }
  assert {
    condition = (
      [for domain in google_certificate_manager_certificate.api.managed[0].domains : "${domain}."] == [google_dns_record_set.api.name]
    )
    error_message = "the certificate is for the name in the DNS"
  }
  assert {
    condition = (
      google_certificate_manager_dns_authorization.api.domain == var.domain &&
      google_certificate_manager_certificate.api.managed[0].dns_authorizations == tolist([google_certificate_manager_dns_authorization.api.id]) &&
      google_dns_record_set.certificate.rrdatas == tolist(["mock.authorize.certificatemanager.goog."])
    )
    error_message = "the proof of ownership is in the DNS"
  }
  assert {
    condition = (
      endswith(google_compute_target_https_proxy.api.certificate_map, google_certificate_manager_certificate_map.api.id) &&
      google_certificate_manager_certificate_map_entry.api.certificates == tolist([google_certificate_manager_certificate.api.id])
    )
    error_message = "the proxy serves it"
  }
  assert {
    condition = (
      google_certificate_manager_certificate.api.name ==
      "coinbreakr-production-${substr(sha256("api.splitlyr.clestiq.com"), 0, 8)}"
    )
    error_message = "another domain is another certificate, so that one can come before the other goes"
  }
  assert {
    condition     = output.url == "https://api.splitlyr.clestiq.com"
    error_message = "the URL of the API"
  }
}

run "a_domain_outside_the_zone_is_refused" {
  command = plan

  variables {
    domain = "api.example.com"
  }

  expect_failures = [google_dns_record_set.api]
}

run "an_outage_is_noticed" {
  command = apply

  assert {
    condition = (
      google_monitoring_uptime_check_config.api.monitored_resource[0].labels["host"] == var.domain &&
      google_monitoring_uptime_check_config.api.http_check[0].path == "/v1/healthz" &&
      google_monitoring_uptime_check_config.api.http_check[0].validate_ssl
    )
    error_message = "the name, the certificate and the API are asked"
  }
  assert {
    condition     = google_monitoring_alert_policy.down.conditions[0].condition_threshold[0].threshold_value == 1
    error_message = "two regions agree before anybody is woken"
  }
}
