"""The services of docker-compose.yml are ones that the command line, the settings and the desk know."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from streams.desk import load_desk
from streams.settings import load_settings
from tests.command_line import refusal_of, unknown_variable

ROOT = Path(__file__).parents[1]
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "copydesk"}


@pytest.mark.parametrize("name", OURS)
def test_the_command_line_takes_the_command_of_each_service(name: str) -> None:
    assert refusal_of(OURS[name]["command"]) is None


@pytest.mark.parametrize("name", OURS)
def test_the_settings_take_the_environment_of_each_service(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = OURS[name]["environment"]
    assert [variable for variable in environment if unknown_variable(variable)] == []
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert load_settings().bootstrap_servers == "kafka:29092"


def test_each_stage_and_each_configured_sink_is_a_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_CONFIG", str(ROOT / "config" / "copydesk.toml"))
    settings = load_settings()
    wanted = [["worker", stage.name] for stage in load_desk(settings).stages]
    wanted += [["sink", name] for name in settings.sinks]
    assert [service["command"] for service in OURS.values() if service["restart"] == "always"] == wanted


def test_each_service_that_works_is_started_anew_and_given_the_time_to_stop_in_order() -> None:
    grace = {name: float(service["stop_grace_period"].removesuffix("s")) for name, service in OURS.items()}
    assert all(seconds >= load_settings().worker.stop_seconds for seconds in grace.values())
    working = {name: service["restart"] for name, service in OURS.items() if name != "topics"}
    assert set(working.values()) == {"always"}


def test_kafka_makes_no_topics_of_itself_and_those_who_work_wait_for_the_topics() -> None:
    assert SERVICES["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    made = {"topics": {"condition": "service_completed_successfully"}}
    assert all(service["depends_on"] == made for name, service in OURS.items() if name != "topics")


def test_kafka_is_the_version_that_the_tests_run() -> None:
    from streams.broker.jars import VERSION

    assert SERVICES["kafka"]["image"] == f"apache/kafka:{VERSION}"
