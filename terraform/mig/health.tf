# Liveness asks nothing of MongoDB: a database that is away must not make the group replace every machine.
resource "google_compute_health_check" "live" {
  name                = "${local.name}-live"
  check_interval_sec  = 10
  timeout_sec         = 5
  healthy_threshold   = 1
  unhealthy_threshold = 3

  http_health_check {
    port         = local.live_port
    request_path = "/api/livez"
  }

  log_config {
    enable = true
  }

  depends_on = [google_project_service.main]
}

# Readiness decides who gets requests, and quickly.
resource "google_compute_health_check" "ready" {
  name                = "${local.name}-ready"
  check_interval_sec  = 5
  timeout_sec         = 5
  healthy_threshold   = 2
  unhealthy_threshold = 2

  http_health_check {
    port         = local.port
    request_path = "/v1/readyz"
  }

  log_config {
    enable = true
  }

  depends_on = [google_project_service.main]
}
