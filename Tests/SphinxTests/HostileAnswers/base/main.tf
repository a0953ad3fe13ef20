terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
  backend "s3" {
    key = "web.tfstate"
  }
}

provider "aws" {
  region = "eu-central-1"
}

variable "size" {
  default = "m5.xlarge"
}

variable "password" {
  type      = string
  sensitive = true
}

locals {
  name = "web"
}

data "aws_ami" "linux" {
  owners = ["amazon"]
}

module "net" {
  source = "./modules/net"
}

# Keep the order.

# The target.
resource "aws_instance" "web" {
  ami                         = "ami-0abc"
  instance_type               = "m5.2xlarge" # größe
  monitoring                  = true
  associate_public_ip_address = false
  disable_api_termination     = true
  iam_instance_profile        = "web"
  vpc_security_group_ids      = [aws_security_group.web.id]
  user_data                   = "#!/bin/sh\n"

  metadata_options {
    http_tokens = "required"
  }
  root_block_device {
    volume_type           = "gp3"
    encrypted             = true
    delete_on_termination = false
  }
  lifecycle {
    prevent_destroy = true
  }
}

# ---
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}

resource "aws_db_instance" "db" {
  name                 = "db"
  instance_class       = "db.r5.xlarge"
  deletion_protection  = true
  password             = "hunter2-hunter2"
}

output "id" {
  value = aws_instance.web.id
}
