"""A Terraform provider for tests that speaks EC2's API to moto."""
