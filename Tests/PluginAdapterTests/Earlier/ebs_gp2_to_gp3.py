from app.core.domain.models.observability import Metric
from app.core.domain.models.optimization import OptimizationOpportunity
from app.core.plugins.interfaces import AnalysisRulePlugin


class EbsGp2ToGp3RulePlugin(AnalysisRulePlugin):
    @property
    def name(self) -> str:
        return "EBS gp2 to gp3"

    @property
    def author(self) -> str:
        return "Platform team"

    def analyze(self, metrics):
        opportunities = []
        for metric in metrics:
            if metric.name != "aws_ebs_volume_info" or metric.labels.get("volume_type") != "gp2":
                continue
            volume = metric.labels.get("volume_id")
            opportunities.append(
                OptimizationOpportunity(
                    title=f"Move {volume} to gp3",
                    description="gp3 is cheaper than gp2 for the same size.",
                    resource_address=volume,
                    evidence={"volume_type": "gp2"},
                )
            )
        return opportunities
