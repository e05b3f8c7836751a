locals {
  # One name for the fleet, its network and its accounts; the image family of the environment carries it too.
  name         = "coinbreakr-${var.environment}"
  image_family = "${local.name}-family"
  branch       = { staging = "staging", production = "main" }[var.environment]

  image_name = var.image_name != null ? var.image_name : data.google_compute_image.newest[0].name
  image      = "projects/${var.project_id}/global/images/${local.image_name}"
  revision   = try(regex("[0-9a-f]{7,40}$", local.image_name), "unknown")

  port = 3000
  # nginx answers there beside the requests: whether gunicorn's parent sees its workers live.
  live_port = 3001
  domains   = [var.domain]

  # Google's load balancer appends the client's address and its own to X-Forwarded-For,
  # nginx on the machine the load balancer's.
  trusted_proxy_hops = 3
}
