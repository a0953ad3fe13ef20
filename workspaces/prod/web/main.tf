# The web tier of production. terraform_data stands for a machine, so that this plans without any account.
variable "environment" {
  type    = string
  default = "prod"
}

resource "terraform_data" "frontend" {
  input = {
    instance_id = "i-0a11c0ffee0000001"
    size        = "xlarge" # sized for the launch
    environment = var.environment
  }
}

resource "terraform_data" "api" {
  input = {
    instance_id = "i-0a11c0ffee0000002"
    size        = "large"
    environment = var.environment
  }
}

output "sizes" {
  value = {
    api      = terraform_data.api.input.size
    frontend = terraform_data.frontend.input.size
  }
}
