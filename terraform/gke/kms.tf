data "google_project" "main" {
  count = var.secrets_kms_key == null ? 0 : 1
}

# GKE's own agent encrypts the Secrets, so it and nobody else needs the key.
resource "google_kms_crypto_key_iam_member" "cluster" {
  count = var.secrets_kms_key == null ? 0 : 1

  crypto_key_id = var.secrets_kms_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${data.google_project.main[0].number}@container-engine-robot.iam.gserviceaccount.com"
}
