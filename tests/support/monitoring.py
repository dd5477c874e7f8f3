"""What an operator watches by: alert rules and the dashboard, and which metrics they ask for."""

import json
import re
from typing import Any

import yaml

from tests.support.containerfile import ROOT

ALERTS = ROOT / "deploy" / "monitoring" / "alerts.yaml"
DASHBOARD = ROOT / "deploy" / "monitoring" / "dashboard.json"

METRIC = re.compile(r"\b(?:helavagen|temporal|process)_\w+")

NOT_AT_FIRST = {"temporal_workflow_task_execution_failed"}
"""What is shown only once it has happened."""


def rules() -> list[dict[str, Any]]:
    """All alert rules."""
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def expressions_of_the_dashboard() -> list[str]:
    """What its panels ask."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return [target["expr"] for panel in panels for target in panel["targets"]]


def metrics_asked_for() -> set[str]:
    """The names of all metrics that alerts and dashboard rest on."""
    asked = [*expressions_of_the_dashboard(), *(rule["expr"] for rule in rules())]
    return {name for expression in asked for name in METRIC.findall(expression)} - NOT_AT_FIRST
