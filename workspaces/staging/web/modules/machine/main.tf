variable "instance_id" {
  type = string
}

variable "size" {
  type = string
}

resource "terraform_data" "machine" {
  input = {
    instance_id = var.instance_id
    size        = var.size
  }
}
