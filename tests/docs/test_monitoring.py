"""Prometheus and Grafana can use the files in config/, and these name only what there is."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from streams.core.pipeline import load_pipeline
from streams.core.stage import Reason
from streams.monitoring import metrics
from streams.settings import ProbesSettings, load_settings
from tests.support.machine.tools import program
from tests.support.places import ROOT

PROMETHEUS = ROOT / "config" / "prometheus"
GRAFANA = ROOT / "config" / "grafana"
OPERATIONS = ROOT / "docs" / "operations.md"

ALERTS: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((GRAFANA / "dashboards" / "copydesk.json").read_text())
METRICS = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
NAME = re.compile(r"\b(?:copydesk|process)_[a-z_]+|copydesk:[a-z_:]+")
ROW = re.compile(r"^\| `(copydesk_\w+)` \| (\w+) \| ([\w ]*) \| (.*) \|$", re.MULTILINE)


def exposed() -> set[str]:
    """Names as Prometheus has them."""
    return {
        f"{family.name}{suffix}"
        for one in METRICS
        for family in one.describe()
        for suffix in SUFFIXES[family.type]
    }


def queries() -> Iterator[str]:
    """The dashboard's, its variables filled in as Grafana does."""
    found = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    found += [one["expr"] for one in DASHBOARD["annotations"]["list"]]
    for one in found:
        yield one.replace("$__rate_interval", "1m").replace("$stage", ".*").replace("$sink", ".*")


def promtool(*arguments: str | Path) -> str:
    """Run it; it must be content."""
    command = [program("promtool"), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_prometheus_takes_the_configuration() -> None:
    assert "1 rule files found" in promtool("check", "config", PROMETHEUS / "prometheus.yml")


def test_each_alert_is_raised_by_what_must_raise_it() -> None:
    promtool("test", "rules", PROMETHEUS / "alerts_test.yml")


def test_each_alert_has_a_test_and_says_what_is_the_matter_and_what_to_do() -> None:
    tests = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    tested = {
        one["alertname"] for test in tests for one in test.get("alert_rule_test", ()) if one["exp_alerts"]
    }
    alerts = {one["alert"]: one for one in ALERTS if "alert" in one}
    assert tested == set(alerts)
    wanted = {"summary", "description", "runbook_url"}
    assert {name for name, one in alerts.items() if set(one["annotations"]) != wanted} == set()
    assert {one["labels"]["severity"] for one in alerts.values()} == {"warning", "critical"}


@pytest.mark.skipif(not OPERATIONS.exists(), reason="docs/operations.md is not here yet")
def test_each_alert_leads_to_a_heading_of_the_operators_handbook() -> None:
    headings = re.findall(r"^#+ (.+)$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in headings}
    led = {one["annotations"]["runbook_url"].partition("#")[2] for one in ALERTS if "alert" in one}
    assert led - anchors == set()


def test_prometheus_takes_every_query_of_the_dashboard(tmp_path: Path) -> None:
    rules = [{"record": f"query:{number}", "expr": expr} for number, expr in enumerate(queries())]
    assert len(rules) > 30
    file = tmp_path / "queries.yml"
    file.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", file)


def test_every_metric_that_an_alert_or_the_dashboard_names_exists() -> None:
    ours = {one["record"] for one in ALERTS if "record" in one}
    the_process = {family.name for family in metrics.REGISTRY.collect() if family.name.startswith("process_")}
    named = {
        name for expr in (*(one["expr"] for one in ALERTS), *queries()) for name in NAME.findall(str(expr))
    }
    assert named - exposed() - ours - the_process == set()
    assert len(named) > 20


def test_every_metric_is_watched_by_an_alert_or_shown_on_the_dashboard() -> None:
    """Health is what an orchestrator asks for itself."""
    text = " ".join([*(str(one["expr"]) for one in ALERTS), *queries()])
    names = {family.name for one in METRICS for family in one.describe()}
    assert {name for name in names if name not in text} == {"copydesk_healthy", "copydesk_partitions"}


def test_the_document_lists_every_metric_as_it_is() -> None:
    defined = [
        (family.name + SUFFIXES[family.type][0] * (family.type == "counter"), family.type, labels, said)
        for one in METRICS
        for family in one.describe()
        for labels, said in [(" ".join(one._labelnames), family.documentation)]
    ]
    assert ROW.findall((ROOT / "docs" / "metrics.md").read_text("utf-8")) == defined


def test_metrics_are_named_and_labelled_as_prometheus_wants_it() -> None:
    words = {"stage", "sink", "outcome", "reason", "partition"}
    versions = {"version", "python", "faust", "stage_version", "model"}
    assert {label for one in METRICS for label in one._labelnames} == words | versions
    for one in METRICS:
        assert one._name.startswith("copydesk_")
        assert not re.search(r"_(ms|milliseconds|mib|percent|minutes)\b", one._name)
        assert one._documentation.endswith(".")


def test_the_alert_for_a_missing_worker_names_every_stage() -> None:
    [expr] = [one["expr"] for one in ALERTS if one.get("alert") == "CopydeskNoWorker"]
    assert re.findall(r'stage="(\w+)"', expr) == [one.name for one in load_pipeline(load_settings()).stages]


def test_prometheus_scrapes_every_service_that_works_on_the_port_of_the_settings() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    working = [
        name for name, one in services.items() if (one.get("command") or [""])[0] in {"worker", "sink"}
    ]
    configured = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    [found] = configured["scrape_configs"][0]["dns_sd_configs"]
    assert sorted(found["names"]) == sorted(working)
    assert found["port"] == ProbesSettings().port


def test_grafana_finds_its_source_and_its_dashboard() -> None:
    [source] = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    used = set(re.findall(r'"type": "prometheus",\s*"uid": "(\w+)"', json.dumps(DASHBOARD)))
    assert used == {source["uid"]}
    assert DASHBOARD["schemaVersion"] >= 39
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))


def test_series_are_bounded_whatever_reasons_a_stage_invents() -> None:
    from streams.core.message import Message
    from streams.core.stage import Outcome, Processed
    from streams.monitoring.recorder import MOST_REASONS, StageMeter

    message = Message(topic="t", partition=0, offset=0, timestamp=0, key=None, value=b"")
    meter = StageMeter("inventive")
    for number in range(5 * MOST_REASONS):
        meter.acknowledged(
            message, Processed(outcome=Outcome.DISCARDED, records=(), reason=f"reason-{number}")
        )
    [family] = metrics.ARTICLES.collect()
    series = [one for one in family.samples if one.labels["stage"] == "inventive"]
    assert len(series) == 1 + len(Reason) + MOST_REASONS + 1
    other = [one.value for one in series if one.labels["reason"] == "other"]
    assert other == [4 * MOST_REASONS]
