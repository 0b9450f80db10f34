"""Which tool of Kafka a name means, and which options are added to it."""

import zipfile
from pathlib import Path

import pytest
from pydantic import SecretStr

from streams.errors import ConfigError
from streams.local.broker.jars import jars
from streams.local.broker.tool_catalogue import TOOLS
from streams.local.broker.tools import asks_nothing, client_settings, filled, find, names_address, secret_file
from streams.settings import SecuritySettings, Settings, load_settings

SECURE = SecuritySettings(protocol="SASL_SSL", username="ada", password=SecretStr("pw"))


def secure() -> Settings:
    return load_settings(bootstrap_servers="kafka.example:9093", security=SECURE)


@pytest.mark.parametrize("name", ["topics", "kafka-topics", "kafka-topics.sh", "topics.sh"])
def test_a_tool_is_found_by_each_name_of_its_script(name: str) -> None:
    assert find(name).main == "org.apache.kafka.tools.TopicCommand"


def test_the_error_for_an_unknown_tool_suggests_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"^Kafka has no tool called topic: did you mean topics\?$"):
        find("topic")


def test_the_class_of_every_tool_is_in_the_jars() -> None:
    classes = {name for jar in jars() if "kafka" in jar.name for name in zipfile.ZipFile(jar).namelist()}
    assert [tool.name for tool in TOOLS if tool.main.replace(".", "/") + ".class" not in classes] == []


@pytest.mark.parametrize(
    ("tool", "arguments", "file", "expected"),
    [
        ("topics", ["--list"], None, ["--bootstrap-server", "a:1", "--list"]),
        ("cluster", ["id"], Path("/c"), ["id", "--bootstrap-server", "a:1", "--config", "/c"]),
    ],
)
def test_address_and_file_are_added_behind_a_subcommand_and_before_options(
    tool: str, arguments: list[str], file: Path | None, expected: list[str]
) -> None:
    assert filled(find(tool), arguments, "a:1", file) == expected


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("topics", ["--list"], False),
        ("topics", ["--bootstrap-server", "b:2", "--list"], True),
        ("topics", ["--bootstrap-server=b:2", "--list"], True),
        ("metadata-quorum", ["--bootstrap-controller", "b:2"], True),
        ("producer-perf-test", ["--producer-props", "bootstrap.servers=b:2"], True),
        ("replica-verification", ["--broker-list", "b:2"], True),
        ("log-dirs", ["--broker-list", "1,2", "--describe"], False),
    ],
)
def test_an_address_given_by_the_user_is_recognised(tool: str, arguments: list[str], expected: bool) -> None:
    assert names_address(find(tool), arguments) is expected


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("topics", ["--list"], False),
        ("topics", ["--create", "--help"], True),
        ("dump-log", ["--files", "0.log"], True),
        ("cluster", [], True),
        ("broker-api-versions", [], False),
    ],
)
def test_help_and_local_tools_need_no_kafka(tool: str, arguments: list[str], expected: bool) -> None:
    assert asks_nothing(find(tool), arguments) is expected


@pytest.mark.parametrize("own", ["--bootstrap-server=other:1", "--command-config=mine.properties"])
def test_credentials_are_added_but_for_another_address_or_beside_another_file(own: str) -> None:
    assert client_settings(find("topics"), ["--list"], secure())["security.protocol"] == "SASL_SSL"
    assert client_settings(find("topics"), ["--list", own], secure()) == {}


def test_a_tool_without_an_address_option_has_the_address_in_its_file() -> None:
    properties = client_settings(find("producer-perf-test"), ["--topic", "x"], secure())
    assert properties["bootstrap.servers"] == "kafka.example:9093"
    assert properties["security.protocol"] == "SASL_SSL"


def test_a_tool_that_cannot_authenticate_is_an_error() -> None:
    with pytest.raises(
        ConfigError, match="replica-verification cannot log in, and the settings require SASL_SSL"
    ):
        client_settings(find("replica-verification"), [], secure())


def test_a_file_of_credentials_is_private_and_removed_after_use() -> None:
    with secret_file("password=pw\n") as file:
        assert file.read_text() == "password=pw\n"
        assert file.stat().st_mode & 0o777 == 0o600
    assert not file.exists()
