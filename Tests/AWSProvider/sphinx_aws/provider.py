import os

import boto3
from tf import iface
from tf.schema import Attribute, Schema
from tf.types import String

from sphinx_aws.volume import Volume


class Provider(iface.Provider):
    """What the tests' configurations say to `provider "aws"`: a region, or nothing."""

    def __init__(self):
        self.region = "us-east-1"
        self.client = None

    def full_name(self):
        return "registry.terraform.io/hashicorp/aws"

    def get_model_prefix(self):
        return "aws_"

    def get_provider_schema(self, diags):
        return Schema(version=0, attributes=[Attribute("region", String(), optional=True)])

    def validate_config(self, diags, config):
        pass

    def configure_provider(self, diags, config):
        self.region = config.get("region") or os.environ.get("AWS_REGION") or self.region

    def get_data_sources(self):
        return []

    def get_resources(self):
        return [Volume]

    @property
    def ec2(self):
        """Made when it is first needed, as a plan of an empty state asks nothing."""
        if self.client is None:
            self.client = boto3.client("ec2", region_name=self.region, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
        return self.client
