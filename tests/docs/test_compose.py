"""The services of docker-compose.yml fit the command line, the settings and the pipeline.

A test run has no container engine: these tests look for mistakes that show before one starts.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.core.pipeline import load_pipeline
from streams.core.settings_table import read_settings
from streams.local.broker.jars import VERSION
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
#: The ports of foreign images, as they are by default.
LISTENERS = {"kafka": 9092, "postgres": 5432, "prometheus": 9090, "grafana": 3000, "kafka-ui": 8080}
#: `${NAME}`, `${NAME:-default}`, `${NAME:?what is missing}`.
VARIABLE = re.compile(r"\$\{(\w+)(:[-?][^}]*)?\}")


def settings_of(name: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings with which a service of ours would start."""
    monkeypatch.setenv("COPYDESK_CONFIG", str(ROOT / "config" / "copydesk.toml"))
    for variable, value in OURS[name]["environment"].items():
        monkeypatch.setenv(variable, VARIABLE.sub("secret", value))
    return load_settings()


@pytest.mark.parametrize("name", OURS)
def test_the_command_and_the_environment_of_each_service_are_accepted(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rejection_of(OURS[name]["command"]) is None
    assert [variable for variable in OURS[name]["environment"] if unknown_variable(variable)] == []
    assert settings_of(name, monkeypatch).bootstrap_servers == "kafka:29092"


def test_each_stage_and_each_configured_sink_is_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_CONFIG", str(ROOT / "config" / "copydesk.toml"))
    settings = load_settings()
    wanted = [["worker", stage.name] for stage in load_pipeline(settings).stages]
    wanted += [["sink", name] for name in settings.sinks]
    commands = [service["command"] for service in PROBED.values()]
    assert [command for command in wanted if command not in commands] == []


@pytest.mark.parametrize(
    "name", [name for name, service in PROBED.items() if service["command"][0] == "sink"]
)
def test_each_sink_is_of_a_kind_that_accepts_its_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name, monkeypatch)
    sink = OURS[name]["command"][1]
    table = dict(settings.sinks[sink])
    module, _, opener = load_pipeline(settings).sinks[table.pop("kind", sink)].partition(":")
    read_settings(getattr(import_module(module), opener), table, f"sinks.{sink}")


def test_each_service_is_restarted_and_ours_get_the_time_to_stop_properly() -> None:
    grace = {name: float(service["stop_grace_period"].removesuffix("s")) for name, service in OURS.items()}
    assert all(seconds >= load_settings().worker.stop_seconds for seconds in grace.values())
    assert {service["restart"] for name, service in SERVICES.items() if name != "topics"} == {"always"}


def test_kafka_creates_no_topics_by_itself_and_our_services_wait_for_the_topics() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    created = {"condition": "service_completed_successfully"}
    waiting = [service for name, service in OURS.items() if name != "topics"]
    assert all(service["depends_on"]["topics"] == created for service in waiting)


def test_each_service_waits_only_for_services_that_exist_and_can_meet_the_condition() -> None:
    for name, service in SERVICES.items():
        needed = service.get("depends_on", {})
        for other in needed:
            condition = "" if isinstance(needed, list) else needed[other]["condition"]
            assert other in SERVICES, name
            assert condition != "service_healthy" or "test" in SERVICES[other]["healthcheck"], name
            assert SERVICES[other].get("profiles", service.get("profiles")) == service.get("profiles"), name


@pytest.mark.parametrize("name", [*PROBED, "ingest"])
def test_the_health_check_of_a_service_uses_its_own_port(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(name, monkeypatch)
    port = settings.ingest.port if name == "ingest" else settings.probes.port
    assert f"http://127.0.0.1:{port}/healthz" in OURS[name]["healthcheck"]["test"][-1]


def test_the_ingest_api_has_a_token_and_the_health_checks_are_python_that_compiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert settings_of("ingest", monkeypatch).ingest.token is not None
    for service in OURS.values():
        check = service["healthcheck"]
        if not check.get("disable"):
            assert check["test"][:3] == ["CMD", "python", "-c"]
            compile(check["test"][3], "healthcheck", "exec")


def test_each_port_is_published_once_on_this_machine_only_and_has_a_listener(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listeners = LISTENERS | {"ingest": settings_of("ingest", monkeypatch).ingest.port}
    host_ports = []
    for name, service in SERVICES.items():
        for published in service.get("ports", []):
            address, host_port, container_port = published.split(":")
            assert address == "127.0.0.1"
            assert int(container_port) == listeners[name]
            host_ports.append(host_port)
    assert sorted(set(host_ports)) == sorted(host_ports)


def test_kafka_listens_on_the_addresses_that_it_advertises_and_that_others_use() -> None:
    kafka = SERVICES["kafka"]["environment"]
    listeners = dict(re.findall(r"(\w+)://[^:,]*:(\d+)", kafka["KAFKA_LISTENERS"]))
    advertised = {
        name: (host, port)
        for name, host, port in re.findall(r"(\w+)://([^:,]+):(\d+)", kafka["KAFKA_ADVERTISED_LISTENERS"])
    }
    assert {name: port for name, (_, port) in advertised.items()} == {
        name: port for name, port in listeners.items() if name != kafka["KAFKA_CONTROLLER_LISTENER_NAMES"]
    }
    inside = ":".join(advertised[kafka["KAFKA_INTER_BROKER_LISTENER_NAME"]])
    used = [service["environment"]["COPYDESK_BOOTSTRAP_SERVERS"] for service in OURS.values()]
    used.append(SERVICES["kafka-ui"]["environment"]["KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS"])
    assert set(used) == {inside}
    host, port = advertised["OUTSIDE"]
    assert f"{host}:{port}:{port}" in SERVICES["kafka"]["ports"]


def test_the_sink_uses_the_database_of_the_service() -> None:
    url = SERVICES["sql"]["environment"]["COPYDESK_SINKS__SQL__URL"]
    database = SERVICES["postgres"]["environment"]
    user, name, port = database["POSTGRES_USER"], database["POSTGRES_DB"], LISTENERS["postgres"]
    assert url == f"postgresql://{user}@postgres:{port}/{name}"
    assert SERVICES["sql"]["environment"]["PGPASSWORD"] == database["POSTGRES_PASSWORD"]


def test_the_file_contains_no_secret() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|SECRET", name):
                assert VARIABLE.fullmatch(value), name
    assert "://copydesk:" not in COMPOSE


def test_every_required_variable_is_explained_and_written_by_the_command_at_the_top() -> None:
    required = dict(VARIABLE.findall(COMPOSE))
    assert all(alternative.startswith(":?") for alternative in required.values())
    [command] = re.findall(r"^# +printf '(.*)' ", COMPOSE, re.MULTILINE)
    assert set(re.findall(r"([A-Z_]+)=%s", command)) == set(required)
    assert "/.env" in (ROOT / ".gitignore").read_text().splitlines()
    assert "!.env" not in (ROOT / ".dockerignore").read_text()


def test_images_are_pinned_and_kafka_has_the_version_of_the_tests() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{VERSION}"
    others = [service["image"] for service in SERVICES.values() if service["image"] != "copydesk"]
    assert [image for image in others if not re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", image)] == []


def test_every_mounted_file_exists_and_every_volume_is_declared() -> None:
    mounted = [volume.split(":") for service in SERVICES.values() for volume in service.get("volumes", [])]
    files = [source for source, *_ in mounted if source.startswith(".")]
    assert [source for source in files if not (ROOT / source).exists()] == []
    assert all(rest[-1] == "ro" for source, *rest in mounted if source.startswith("."))
    assert {source for source, *_ in mounted if not source.startswith(".")} == set(FILE["volumes"])


def test_prometheus_scrapes_exactly_the_workers_and_sinks_and_reads_rules_that_are_mounted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configuration = yaml.safe_load(PROMETHEUS.read_text())
    [job] = configuration["scrape_configs"]
    [looked_up] = job["dns_sd_configs"]
    assert sorted(looked_up["names"]) == sorted(PROBED)
    assert looked_up["port"] == settings_of("clean", monkeypatch).probes.port
    for rules in configuration["rule_files"]:
        assert (PROMETHEUS.parent / Path(rules).name).is_file()


def test_grafana_finds_prometheus_and_its_dashboards_where_they_are_mounted() -> None:
    mounts = {
        target: ROOT / source
        for source, target, *_ in (volume.split(":") for volume in SERVICES["grafana"]["volumes"])
        if source.startswith(".")
    }
    sources = [yaml.safe_load(path.read_text()) for path in PROVISIONING.glob("datasources/*.y*ml")]
    urls = {datasource["url"] for source in sources for datasource in source["datasources"]}
    assert urls == {"http://prometheus:9090"}
    files = [yaml.safe_load(path.read_text()) for path in PROVISIONING.glob("dashboards/*.y*ml")]
    folders = {provider["options"]["path"] for file in files for provider in file["providers"]}
    assert folders
    assert all(list(mounts[folder].glob("*.json")) for folder in folders)
