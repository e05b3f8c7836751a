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

mock_data "google_project" {
  defaults = {
    number = "123456"
  }
}
