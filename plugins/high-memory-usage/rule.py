"""Containers that use most of the memory that they may have."""

from typing import List

from app.core.domain.models.observability import Metric
from app.core.domain.models.optimization import OptimizationOpportunity
from app.core.plugins.interfaces import AnalysisRulePlugin

THRESHOLD = 0.9


class HighMemoryUsageRule(AnalysisRulePlugin):
    """Looks at the share of the limit that a container's working set takes."""

    @property
    def name(self) -> str:
        return "High memory usage"

    @property
    def author(self) -> str:
        return "Sphinx"

    def analyze(self, metrics: List[Metric]) -> List[OptimizationOpportunity]:
        found = []
        for metric in metrics:
            address = metric.labels.get("terraform_address")
            # All of the window, so that a peak is no reason to pay for more.
            if not address or not metric.datapoints or min(point.value for point in metric.datapoints) <= THRESHOLD:
                continue
            found.append(
                OptimizationOpportunity(
                    title=f"{address} uses most of its memory",
                    description=f"{metric.value:.0%} of the memory limit is in use, and was in the whole window.",
                    resource_address=address,
                    evidence={"newest": metric.value, "threshold": THRESHOLD},
                )
            )
        return found
