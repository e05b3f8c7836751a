project_id   = "coinbreakr"
environment  = "staging"
region       = "us-central1"
zones        = ["us-central1-a", "us-central1-b", "us-central1-c"]
subnet_cidr  = "10.20.0.0/24"
domain       = "staging.splitlyr.clestiq.com"
min_replicas = 1
max_replicas = 5
