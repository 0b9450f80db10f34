"""The services of docker-compose.yml are ones that the command line, the settings and the pipeline know.

There is no container engine in a test run: what can be wrong before one starts is looked at here.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.core.pipeline import load_pipeline
from streams.runtime.pool_process import read_settings
from streams.settings import Settings, load_settings
from tests.support.commands.command_line import rejection_of, unknown_variable
from tests.support.places import ROOT

COMPOSE = (ROOT / "docker-compose.yml").read_text()
FILE: dict[str, Any] = yaml.safe_load(COMPOSE)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "copydesk"}
PROBED = {name: service for name, service in OURS.items() if service["command"][0] in {"worker", "sink"}}
PROMETHEUS = ROOT / "config" / "prometheus" / "prometheus.yml"
PROVISIONING = ROOT / "config" / "grafana" / "provisioning"
#: What those listen on that are not ours, as their images come.
LISTENERS = {
    "kafka": {9092},
    "postgres": {5432},
    "prometheus": {9090},
    "grafana": {3000},
    "kafka-ui": {8080},
}
#: `${NAME}`, `${NAME:-default}`, `${NAME:?what is missing}`.
VARIABLE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a service of ours would be started with."""
    monkeypatch.setenv("COPYDESK_CONFIG", str(ROOT / "config" / "copydesk.toml"))
    for variable, value in OURS[name]["environment"].items():
        monkeypatch.setenv(variable, VARIABLE.sub("secret", value))
    return load_settings()


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_takes_the_command_of_each_service(name: str) -> None:
    assert rejection_of(OURS[name]["command"]) is None


@pytest.mark.parametrize("name", OURS)
def test_the_settings_take_the_environment_of_each_service(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [variable for variable in OURS[name]["environment"] if unknown_variable(variable)] == []
    assert settings_of(name, monkeypatch).bootstrap_servers == "kafka:29092"


def test_each_stage_and_each_configured_sink_is_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_CONFIG", str(ROOT / "config" / "copydesk.toml"))
    settings = load_settings()
    wanted = [["worker", stage.name] for stage in load_pipeline(settings).stages]
    wanted += [["sink", name] for name in settings.sinks]
    assert [one for one in wanted if one not in [service["command"] for service in PROBED.values()]] == []


@pytest.mark.parametrize("name", [name for name, one in PROBED.items() if one["command"][0] == "sink"])
def test_each_sink_is_of_a_kind_that_takes_its_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name, monkeypatch)
    sink = OURS[name]["command"][1]
    table = dict(settings.sinks[sink])
    module, _, opener = load_pipeline(settings).sinks[table.pop("kind", sink)].partition(":")
    read_settings(getattr(import_module(module), opener), table, f"sinks.{sink}")


def test_each_service_that_works_is_restarted_and_given_the_time_to_stop_in_order() -> None:
    grace = {name: float(service["stop_grace_period"].removesuffix("s")) for name, service in OURS.items()}
    assert all(seconds >= load_settings().worker.stop_seconds for seconds in grace.values())
    working = {name: service["restart"] for name, service in SERVICES.items() if name != "topics"}
    assert set(working.values()) == {"always"}


def test_kafka_makes_no_topics_of_itself_and_those_who_work_wait_for_the_topics() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    made = {"condition": "service_completed_successfully"}
    assert all(service["depends_on"]["topics"] == made for name, service in OURS.items() if name != "topics")


def test_each_service_waits_only_for_services_that_are_there_and_can_be_what_is_waited_for() -> None:
    for name, service in SERVICES.items():
        needed = service.get("depends_on", {})
        for one in needed:
            condition = "" if isinstance(needed, list) else needed[one]["condition"]
            assert one in SERVICES, name
            assert condition != "service_healthy" or "test" in SERVICES[one]["healthcheck"], name
            assert SERVICES[one].get("profiles", service.get("profiles")) == service.get("profiles"), name


@pytest.mark.parametrize("name", PROBED)
def test_the_health_of_a_worker_is_asked_where_it_answers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = settings_of(name, monkeypatch).probes.port
    assert f"http://127.0.0.1:{port}/healthz" in OURS[name]["healthcheck"]["test"][-1]


def test_the_health_of_the_ingest_is_asked_where_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of("ingest", monkeypatch)
    assert f"http://127.0.0.1:{settings.ingest.port}/healthz" in OURS["ingest"]["healthcheck"]["test"][-1]
    assert settings.ingest.token is not None


def test_what_asks_for_health_is_python_that_compiles() -> None:
    for service in OURS.values():
        check = service["healthcheck"]
        if not check.get("disable"):
            assert check["test"][:3] == ["CMD", "python", "-c"]
            compile(check["test"][3], "healthcheck", "exec")


def test_ports_are_published_on_this_machine_alone_once_and_where_somebody_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listeners = LISTENERS | {"ingest": {settings_of("ingest", monkeypatch).ingest.port}}
    taken = []
    for name, service in SERVICES.items():
        for published in service.get("ports", []):
            address, outside, inside = published.split(":")
            assert address == "127.0.0.1"
            assert int(inside) in listeners[name]
            taken.append(outside)
    assert sorted(set(taken)) == sorted(taken)


def test_kafka_listens_where_it_says_and_where_all_others_look_for_it() -> None:
    kafka = SERVICES["kafka"]["environment"]
    listens = dict(re.findall(r"(\w+)://[^:,]*:(\d+)", kafka["KAFKA_LISTENERS"]))
    report = {
        name: (host, port)
        for name, host, port in re.findall(r"(\w+)://([^:,]+):(\d+)", kafka["KAFKA_ADVERTISED_LISTENERS"])
    }
    assert {name: port for name, (_, port) in report.items()} == {
        name: port for name, port in listens.items() if name != kafka["KAFKA_CONTROLLER_LISTENER_NAMES"]
    }
    inside = ":".join(report[kafka["KAFKA_INTER_BROKER_LISTENER_NAME"]])
    asked = [service["environment"]["COPYDESK_BOOTSTRAP_SERVERS"] for service in OURS.values()]
    asked.append(SERVICES["kafka-ui"]["environment"]["KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS"])
    assert set(asked) == {inside}
    host, port = report["OUTSIDE"]
    assert f"{host}:{port}:{port}" in SERVICES["kafka"]["ports"]


def test_the_sink_and_the_database_mean_the_same_database() -> None:
    url = SERVICES["sql"]["environment"]["COPYDESK_SINKS__SQL__URL"]
    database = SERVICES["postgres"]["environment"]
    port = min(LISTENERS["postgres"])
    assert url == f"postgresql://{database['POSTGRES_USER']}@postgres:{port}/{database['POSTGRES_DB']}"
    assert SERVICES["sql"]["environment"]["PGPASSWORD"] == database["POSTGRES_PASSWORD"]


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|SECRET", name):
                assert VARIABLE.fullmatch(value), name
    assert "://copydesk:" not in COMPOSE


def test_every_variable_that_is_needed_is_explained_and_made_by_the_line_at_the_head() -> None:
    needed = dict(VARIABLE.findall(COMPOSE))
    assert all(after.startswith(":?") for after in needed.values())
    [made] = re.findall(r"^# +printf '(.*)' ", COMPOSE, re.MULTILINE)
    assert set(re.findall(r"([A-Z_]+)=%s", made)) == set(needed)
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!.env" not in (ROOT / ".dockerignore").read_text()


def test_images_are_pinned_and_kafka_is_the_version_that_the_tests_run() -> None:
    from streams.local.broker.jars import VERSION

    assert SERVICES["kafka"]["image"] == f"apache/kafka:{VERSION}"
    others = [service["image"] for service in SERVICES.values() if service["image"] != "copydesk"]
    assert [image for image in others if not re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", image)] == []


def test_every_file_that_is_mounted_is_there_and_every_volume_declared() -> None:
    mounted = [one.split(":") for service in SERVICES.values() for one in service.get("volumes", [])]
    files = [source for source, *_ in mounted if source.startswith(".")]
    assert [source for source in files if not (ROOT / source).exists()] == []
    assert all(rest[-1] == "ro" for source, *rest in mounted if source.startswith("."))
    assert {source for source, *_ in mounted if not source.startswith(".")} == set(FILE["volumes"])


def test_prometheus_asks_every_worker_and_sink_and_reads_rules_that_are_mounted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    port = settings_of("clean", monkeypatch).probes.port
    asked = yaml.safe_load(PROMETHEUS.read_text())
    targets = {target for job in asked["scrape_configs"] for target in _targets(job)}
    assert {f"{name}:{port}" for name in PROBED} <= targets
    assert {target.partition(":")[0] for target in targets} <= SERVICES.keys() | {"localhost"}
    for rules in asked["rule_files"]:
        assert (PROMETHEUS.parent / Path(rules).name).is_file()


def _targets(job: dict[str, Any]) -> list[str]:
    """`host:port` of each, by name or by the addresses that a name has."""
    by_name = [target for one in job.get("static_configs", []) for target in one["targets"]]
    return by_name + [
        f"{name}:{one['port']}" for one in job.get("dns_sd_configs", []) for name in one["names"]
    ]


def test_grafana_finds_prometheus_and_its_dashboards_where_they_are_mounted() -> None:
    mounts = {
        target: ROOT / source
        for source, target, *_ in (one.split(":") for one in SERVICES["grafana"]["volumes"])
        if source.startswith(".")
    }
    sources = [yaml.safe_load(path.read_text()) for path in PROVISIONING.glob("datasources/*.y*ml")]
    assert {one["url"] for source in sources for one in source["datasources"]} == {"http://prometheus:9090"}
    providers = [yaml.safe_load(path.read_text()) for path in PROVISIONING.glob("dashboards/*.y*ml")]
    folders = {one["options"]["path"] for provider in providers for one in provider["providers"]}
    assert folders
    assert all(list(mounts[folder].glob("*.json")) for folder in folders)
