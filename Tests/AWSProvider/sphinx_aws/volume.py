import os
import time

from botocore.exceptions import ClientError
from tf import iface
from tf.schema import Attribute, Schema
from tf.types import Bool, Number, String, Unknown

ACCOUNT = "123456789012"
GP3_BASELINE = {"iops": 3000, "throughput": 125}


def gp2_iops(size):
    """Three for each GiB, from 100 to 16,000; moto reports none."""
    return min(max(100, 3 * size), 16_000)


class Volume(iface.Resource):
    def __init__(self, provider):
        self.provider = provider

    @classmethod
    def get_name(cls):
        return "ebs_volume"

    @classmethod
    def get_schema(cls):
        return Schema(version=0, attributes=[
            Attribute("id", String(), computed=True),
            Attribute("arn", String(), computed=True),
            Attribute("availability_zone", String(), required=True, requires_replace=True),
            Attribute("size", Number(), required=True),
            Attribute("type", String(), optional=True, computed=True),
            Attribute("iops", Number(), optional=True, computed=True),
            Attribute("throughput", Number(), optional=True, computed=True),
            Attribute("encrypted", Bool(), optional=True, computed=True, requires_replace=True),
        ])

    def validate(self, diags, type_name, config):
        """The checks of the real provider that a wrong change of a type would meet."""
        kind, iops, throughput = (config.get(name) for name in ("type", "iops", "throughput"))
        if kind in (Unknown, None):
            return
        if kind not in ("gp3", "io1", "io2") and iops not in (Unknown, None, 0):
            diags.add_error(f"'iops' must not be set when 'type' is '{kind}'", "", path=["iops"])
        if kind != "gp3" and throughput not in (Unknown, None, 0):
            diags.add_error(f"'throughput' must not be set when 'type' is '{kind}'", "", path=["throughput"])

    def plan(self, ctx, current, planned):
        """With another type EC2 chooses anew what the configuration does not fix."""
        if current and "type" in ctx.changed_fields:
            for name in ("iops", "throughput"):
                if name not in ctx.changed_fields:
                    planned[name] = Unknown
        return planned

    # Calls

    def create(self, ctx, planned):
        wanted = {
            "AvailabilityZone": planned["availability_zone"], "Size": int(planned["size"]),
            "VolumeType": self.known(planned, "type") or "gp2",
        }
        wanted |= self.performance(planned)
        volume = self.asked(ctx, self.provider.ec2.create_volume, wanted)
        self.linger()
        return self.state(volume) if volume else None

    def read(self, ctx, current):
        try:
            found = self.provider.ec2.describe_volumes(VolumeIds=[current["id"]])["Volumes"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "InvalidVolume.NotFound":
                return None
            ctx.diagnostics.add_error("reading the volume", str(error))
            return current
        return self.state(found[0])

    def update(self, ctx, current, planned):
        wanted = {
            "VolumeId": current["id"], "VolumeType": self.known(planned, "type"), "Size": int(planned["size"]),
        }
        wanted |= self.performance(planned)
        if self.asked(ctx, self.provider.ec2.modify_volume, wanted) is None:
            return current
        self.linger()
        return self.read(ctx, current)

    def delete(self, ctx, current):
        self.asked(ctx, self.provider.ec2.delete_volume, {"VolumeId": current["id"]})

    def import_(self, ctx, id):
        return self.read(ctx, {"id": id})

    @staticmethod
    def linger():
        """What was asked for is done; the answer comes when the file that the environment names is gone."""
        hold = os.environ.get("AWS_TEST_HOLD")
        if hold and os.path.exists(hold):
            open(hold + ".reached", "a").close()
            while os.path.exists(hold):
                time.sleep(0.02)

    # Values

    @staticmethod
    def known(values, name):
        value = values.get(name)
        return None if value is Unknown else value

    def performance(self, planned):
        """Only what the type can take, as EC2 refuses the rest."""
        kind = self.known(planned, "type")
        settings = {"gp3": ("iops", "throughput"), "io1": ("iops",), "io2": ("iops",)}.get(kind, ())
        chosen = {name: self.known(planned, name) for name in settings}
        return {name.capitalize(): int(value) for name, value in chosen.items() if value}

    @staticmethod
    def asked(ctx, call, wanted):
        try:
            return call(**wanted)
        except ClientError as error:
            ctx.diagnostics.add_error(f"calling {call.__name__}", str(error))
            return None

    def state(self, volume):
        kind, size = volume["VolumeType"], volume["Size"]
        standard = GP3_BASELINE if kind == "gp3" else {"iops": gp2_iops(size) if kind == "gp2" else 0, "throughput": 0}
        return {
            "id": volume["VolumeId"],
            "arn": f"arn:aws:ec2:{self.provider.region}:{ACCOUNT}:volume/{volume['VolumeId']}",
            "availability_zone": volume["AvailabilityZone"], "size": size, "type": kind,
            "iops": volume.get("Iops") or standard["iops"],
            "throughput": volume.get("Throughput") or standard["throughput"],
            "encrypted": bool(volume.get("Encrypted")),
        }
