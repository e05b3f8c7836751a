mock_resource "google_service_account" {
  defaults = {
    name  = "projects/coinbreakr/serviceAccounts/mock@coinbreakr.iam.gserviceaccount.com"
    email = "mock@coinbreakr.iam.gserviceaccount.com"
  }
}

mock_resource "google_iam_workload_identity_pool" {
  defaults = {
    name = "projects/123456/locations/global/workloadIdentityPools/mock"
  }
}

mock_resource "google_certificate_manager_dns_authorization" {
  defaults = {
    id = "projects/coinbreakr/locations/global/dnsAuthorizations/mock"
    dns_resource_record = [{
      name = "_acme-challenge.example.splitlyr.clestiq.com."
      type = "CNAME"
      data = "mock.authorize.certificatemanager.goog."
    }]
  }
}

mock_resource "google_compute_global_address" {
  defaults = {
    address = "203.0.113.7"
  }
}

mock_data "google_dns_managed_zone" {
  defaults = {
    dns_name = "splitlyr.clestiq.com."
  }
}

mock_data "google_compute_image" {
  defaults = {
    name = "coinbreakr-89abcdef0123456789abcdef0123456789abcdef"
  }
}

mock_resource "google_compute_region_instance_group_manager" {
  defaults = {
    target_size = 4
  }
}
