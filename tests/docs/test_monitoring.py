"""Prometheus and Grafana can use the files in config/, and these name only metrics that exist."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.metrics import MetricWrapperBase

from streams.core.message import Message
from streams.core.pipeline import load_pipeline
from streams.core.stage import Outcome, Processed, Reason
from streams.monitoring import metrics
from streams.monitoring.recorder import MOST_REASONS, StageMeter
from streams.settings import load_settings
from tests.support.machine.tools import program
from tests.support.places import ROOT

PROMETHEUS = ROOT / "config" / "prometheus"
GRAFANA = ROOT / "config" / "grafana"
OPERATIONS = ROOT / "docs" / "operations" / "runbook.md"

ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "copydesk.json").read_text())
METRICS = [value for value in vars(metrics).values() if isinstance(value, MetricWrapperBase)]
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
NAME = re.compile(r"\b(?:copydesk|process)_[a-z_]+|copydesk:[a-z_:]+")
ROW = re.compile(r"^\| `(copydesk_\w+)` \| (\w+) \| ([\w ]*) \| (.*) \|$", re.MULTILINE)


def exposed() -> set[str]:
    """The names that Prometheus gets."""
    return {
        f"{family.name}{suffix}"
        for metric in METRICS
        for family in metric.describe()
        for suffix in SUFFIXES[family.type]
    }


def queries() -> Iterator[str]:
    """The queries of the dashboard, with the variables replaced as Grafana does it."""
    expressions = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    expressions += [annotation["expr"] for annotation in DASHBOARD["annotations"]["list"]]
    for expression in expressions:
        yield expression.replace("$__rate_interval", "1m").replace("$stage", ".*").replace("$sink", ".*")


def promtool(*arguments: str | Path) -> str:
    """The output of promtool, which must exit with 0."""
    command = [program("promtool"), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_prometheus_accepts_the_configuration() -> None:
    assert "1 rule files found" in promtool("check", "config", PROMETHEUS / "prometheus.yml")


def test_each_alert_is_raised_by_the_series_that_must_raise_it() -> None:
    promtool("test", "rules", PROMETHEUS / "alerts_test.yml")


def test_each_alert_has_a_test_says_what_is_wrong_and_links_to_a_heading_of_the_operations_page() -> None:
    tests = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    rule_tests = [rule_test for test in tests for rule_test in test.get("alert_rule_test", ())]
    tested = {rule_test["alertname"] for rule_test in rule_tests if rule_test["exp_alerts"]}
    alerts = {rule["alert"]: rule for rule in ALERTS if "alert" in rule}
    assert tested == set(alerts)
    wanted = {"summary", "description", "runbook_url"}
    assert {name for name, alert in alerts.items() if set(alert["annotations"]) != wanted} == set()
    assert {alert["labels"]["severity"] for alert in alerts.values()} == {"warning", "critical"}
    headings = re.findall(r"^#+ (.+)$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = {alert["annotations"]["runbook_url"].partition("#")[2] for alert in alerts.values()}
    assert links - anchors == set()


def test_prometheus_accepts_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": expr} for number, expr in enumerate(queries())]
    assert len(rules) > 30
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", file)


def test_alerts_and_the_dashboard_name_only_metrics_that_exist_and_all_but_two() -> None:
    """Those are health, which an orchestrator reads for itself."""
    recorded = {rule["record"] for rule in ALERTS if "record" in rule}
    of_process = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("process_")}
    expressions = [*(rule["expr"] for rule in ALERTS), *queries()]
    text = " ".join(map(str, expressions))
    names = set(NAME.findall(text))
    assert names - exposed() - recorded - of_process == set()
    assert len(names) > 20
    existing = {family.name for metric in METRICS for family in metric.describe()}
    assert {name for name in existing if name not in text} == {"copydesk_healthy", "copydesk_partitions"}


def test_the_document_lists_every_metric_as_it_is() -> None:
    defined = [
        (
            family.name + SUFFIXES[family.type][0] * (family.type == "counter"),
            family.type,
            " ".join(metric._labelnames),
            family.documentation,
        )
        for metric in METRICS
        for family in metric.describe()
    ]
    assert ROW.findall((ROOT / "docs" / "reference" / "metrics.md").read_text("utf-8")) == defined


def test_metrics_have_the_names_and_labels_that_prometheus_recommends() -> None:
    words = {"stage", "sink", "outcome", "reason", "direction", "partition"}
    versions = {"version", "python", "faust", "stage_version", "model"}
    assert {label for metric in METRICS for label in metric._labelnames} == words | versions
    for metric in METRICS:
        assert metric._name.startswith("copydesk_")
        assert not re.search(r"_(ms|milliseconds|mib|percent|minutes)\b", metric._name)
        assert metric._documentation.endswith(".")


def test_the_alert_for_a_missing_worker_names_every_stage() -> None:
    [expression] = [rule["expr"] for rule in ALERTS if rule.get("alert") == "CopydeskNoWorker"]
    stages = [stage.name for stage in load_pipeline(load_settings()).stages]
    assert re.findall(r'stage="(\w+)"', expression) == stages


def test_grafana_finds_its_source_and_its_dashboard() -> None:
    provisioning = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    [source] = provisioning["datasources"]
    used = set(re.findall(r'"type": "prometheus",\s*"uid": "(\w+)"', json.dumps(DASHBOARD)))
    assert used == {source["uid"]}
    assert DASHBOARD["schemaVersion"] >= 39
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_the_number_of_series_is_limited_whatever_reasons_a_stage_uses() -> None:
    message = Message(topic="t", partition=0, offset=0, timestamp=0, key=None, value=b"")
    meter = StageMeter("inventive")
    for number in range(5 * MOST_REASONS):
        discarded = Processed(outcome=Outcome.DISCARDED, records=(), reason=f"reason-{number}")
        meter.acknowledged(message, discarded)
    [family] = metrics.ARTICLES.collect()
    samples = [sample for sample in family.samples if sample.labels["stage"] == "inventive"]
    assert len(samples) == 1 + len(Reason) + MOST_REASONS + 1
    other = [sample.value for sample in samples if sample.labels["reason"] == "other"]
    assert other == [4 * MOST_REASONS]
