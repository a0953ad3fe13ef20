"""Runs plugins in Python: classes of the earlier form unchanged, or functions of one's own.

    command: [python3, ../sphinx_plugin.py, rule.py]

The file is loaded with the earlier program's import paths in place. Every class in it that derives from
AnalysisRulePlugin is asked; what they find is printed as one JSON document of the protocol sphinx.plugin/1.
Standard library only; Python 3.9 or newer.
"""

import dataclasses
import datetime
import importlib.util
import inspect
import json
import os
import sys
import types
from abc import ABC, abstractmethod
from typing import Any, Dict, List, Optional

SCHEMA = "sphinx.plugin/1"


@dataclasses.dataclass
class Datapoint:
    timestamp: datetime.datetime
    value: float


@dataclasses.dataclass
class Metric:
    name: str
    labels: Dict[str, str] = dataclasses.field(default_factory=dict)
    datapoints: List[Datapoint] = dataclasses.field(default_factory=list)

    @property
    def value(self) -> float:
        """The newest value; not a number where there is none."""
        return self.datapoints[-1].value if self.datapoints else float("nan")

    @property
    def timestamp(self) -> Optional[datetime.datetime]:
        return self.datapoints[-1].timestamp if self.datapoints else None


@dataclasses.dataclass
class OptimizationOpportunity:
    title: str
    description: str
    resource_address: str
    evidence: Any = None


class AnalysisRulePlugin(ABC):
    """What a plugin of the earlier form derives from."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    def author(self) -> str:
        return ""

    @abstractmethod
    def analyze(self, metrics: List[Metric]) -> List[OptimizationOpportunity]: ...


def _install_earlier_paths() -> None:
    """Makes `from app.core.plugins.interfaces import …` and its like work."""
    contents = {
        "app": {},
        "app.core": {},
        "app.core.plugins": {},
        "app.core.plugins.interfaces": {"AnalysisRulePlugin": AnalysisRulePlugin},
        "app.core.domain": {},
        "app.core.domain.models": {},
        "app.core.domain.models.observability": {
            "Metric": Metric, "Datapoint": Datapoint, "DataPoint": Datapoint, "MetricDatapoint": Datapoint,
        },
        "app.core.domain.models.optimization": {"OptimizationOpportunity": OptimizationOpportunity},
    }
    for path, names in contents.items():
        module = types.ModuleType(path)
        module.__path__ = []
        module.__dict__.update(names)
        sys.modules[path] = module
        parent, _, child = path.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


def _load(path: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("sphinx_plugin_file", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["sphinx_plugin_file"] = module
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec.loader.exec_module(module)
    return module


def _plugins(module: types.ModuleType) -> List[AnalysisRulePlugin]:
    found = [
        value for _, value in sorted(inspect.getmembers(module, inspect.isclass))
        if issubclass(value, AnalysisRulePlugin) and not inspect.isabstract(value)
        and value is not AnalysisRulePlugin
    ]
    if not found:
        raise SystemExit(f"{module.__file__} has no class that derives from AnalysisRulePlugin")
    return [plugin() for plugin in found]


def _text(plugin: AnalysisRulePlugin, name: str) -> str:
    value = getattr(plugin, name, "")
    return str(value() if callable(value) else value)


def _queries(plugin: AnalysisRulePlugin) -> List[Dict[str, str]]:
    """A newer plugin may say itself what it wants: texts, or mappings with name, query, window and step."""
    wanted = getattr(plugin, "queries", [])
    wanted = wanted() if callable(wanted) else wanted
    return [{"query": query} if isinstance(query, str) else dict(query) for query in wanted]


def _metrics(request: Dict[str, Any]) -> List[Metric]:
    metrics = []
    for query, series in sorted(request.get("metrics", {}).items()):
        for each in series:
            labels = dict(each["labels"])
            points = [
                Datapoint(datetime.datetime.fromtimestamp(time, datetime.timezone.utc), float(value))
                for time, value in each["samples"]
            ]
            metrics.append(Metric(labels.get("__name__", query), labels, points))
    return metrics


def _plain(value: Any) -> Any:
    """Evidence as JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value != value or value in (float("inf"), float("-inf")):
        return str(value)
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def _opportunity(found: Any) -> Dict[str, Any]:
    evidence = _plain(getattr(found, "evidence", None))
    if evidence is None:
        evidence = {}
    elif not isinstance(evidence, dict):
        evidence = {"evidence": evidence}
    document = {
        "title": str(found.title), "description": str(found.description), "address": str(found.resource_address),
        "evidence": evidence,
    }
    for name in ("workspace", "severity", "fix", "labels"):
        value = getattr(found, name, None)
        if value is not None:
            document[name] = _plain(value)
    return document


def main(arguments: List[str]) -> None:
    if len(arguments) != 2:
        raise SystemExit("usage: sphinx_plugin.py FILE.py")
    # What a plugin prints is no part of the answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    request = json.load(sys.stdin)
    _install_earlier_paths()
    plugins = _plugins(_load(arguments[1]))
    document: Dict[str, Any] = {"schema": SCHEMA}
    if request["action"] == "describe":
        document["name"] = ", ".join(_text(plugin, "name") for plugin in plugins)
        document["author"] = ", ".join(sorted({_text(plugin, "author") for plugin in plugins} - {""}))
        document["queries"] = [query for plugin in plugins for query in _queries(plugin)]
    elif request["action"] == "analyze":
        metrics = _metrics(request)
        document["opportunities"] = [
            _opportunity(found) for plugin in plugins for found in plugin.analyze(metrics) or []
        ]
    else:
        raise SystemExit(f"unknown action {request['action']!r}")
    json.dump(document, answers, allow_nan=False)


if __name__ == "__main__":
    main(sys.argv)
