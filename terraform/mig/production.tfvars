project_id   = "coinbreakr"
environment  = "production"
region       = "us-central1"
zones        = ["us-central1-a", "us-central1-b", "us-central1-c"]
subnet_cidr  = "10.30.0.0/24"
domain       = "api.splitlyr.clestiq.com"
min_replicas = 2
max_replicas = 10
