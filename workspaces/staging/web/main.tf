# Staging, built from the module that only it uses.
module "machine" {
  source      = "./modules/machine"
  instance_id = "i-057a91900000000001"
  size        = "small"
}
