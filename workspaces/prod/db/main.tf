# The database of production.
resource "terraform_data" "primary" {
  input = {
    instance_id = "i-0db00000000000001"
    size        = "xlarge"
    storage_gb  = 200
  }
}
