"""The addresses in `bootstrap_servers`: every client of Kafka reads the setting in the same way."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.errors import ConfigError
from streams.kafka import client
from streams.kafka.connection import bootstrap_addresses
from streams.kafka.diagnosis import blocker
from streams.kafka.producer import producer_options
from streams.schema import asyncapi
from streams.settings import load_settings
from tests.support.kafka.member import member_app
from tests.unit.streams.run_each import run_each

HOSTS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}|\[[0-9a-f:]{2,20}\]", fullmatch=True)
ADDRESS = st.builds("{}:{}".format, HOSTS, st.integers(1, 65_535))
NOTHING = st.sampled_from(["", " ", "\t", "\n"])
WRONG = [
    ("", "is empty"),
    (" , ", "is empty"),
    ("a:1,b:port", "names 'b:port', which is not of the form host:port"),
    ("a:1 b:2", "names 'a:1 b:2', which is not of the form host:port"),
    ("http://a:1", "names 'http://a:1', which is not of the form host:port"),
    ("::1", "names '::1', which is not of the form host:port"),
    ("a:", "names 'a:', which is not of the form host:port"),
    (":9092", "names ':9092', which is not of the form host:port"),
    ("a:٩٠٩٢", "names 'a:٩٠٩٢', which is not of the form host:port"),
    ("a:1,b:99999", "names 'b:99999', whose port is not one of 1 to 65535"),
    ("a:0", "names 'a:0', whose port is not one of 1 to 65535"),
    ("[::1]:" + "9" * 5000, "names '[::1]:9"),
]


TOOL = "kafka topics --list"
COMMANDS = ["worker clean", "sink jsonl", "ingest --port 0", "topics check", "schema --asyncapi", TOOL]


@given(st.lists(ADDRESS, min_size=1), st.data())
def test_addresses_are_read_in_order_with_any_blanks_and_empty_parts_between_them(
    addresses: list[str], data: st.DataObject
) -> None:
    parts: list[str] = []
    for address in addresses:
        parts += data.draw(st.lists(NOTHING, max_size=2))
        parts.append(data.draw(NOTHING) + address + data.draw(NOTHING))
    parts += data.draw(st.lists(NOTHING, max_size=2))
    assert bootstrap_addresses(",".join(parts)) == addresses


@given(st.text("ab1059:[]., /-%", max_size=20))
def test_any_text_is_read_as_addresses_with_ports_or_is_an_error_of_one_sentence(text: str) -> None:
    addresses = addresses_or_sentence(text)
    if isinstance(addresses, str):
        assert addresses.startswith("bootstrap_servers ")
        return
    assert addresses
    assert all(1 <= int(address.rpartition(":")[2]) <= 65_535 for address in addresses)
    assert bootstrap_addresses(",".join(addresses)) == addresses


def addresses_or_sentence(text: str) -> list[str] | str:
    try:
        return bootstrap_addresses(text)
    except ConfigError as error:
        return str(error)


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_the_error_for_a_wrong_address_quotes_it(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as raised:
        bootstrap_addresses(text)
    assert str(raised.value).startswith(f"bootstrap_servers {sentence}")
    assert len(str(raised.value)) < 200


def test_a_host_without_a_port_has_the_default_port_of_kafka() -> None:
    assert bootstrap_addresses("kafka,[::1]") == ["kafka:9092", "[::1]:9092"]


def test_all_clients_get_the_same_addresses() -> None:
    settings = load_settings(bootstrap_servers=" a:1,, [::1]:2,")
    app = member_app(settings)
    assert client.connection(settings)["bootstrap_servers"] == ["a:1", "[::1]:2"]
    assert producer_options(settings)["bootstrap_servers"] == ["a:1", "[::1]:2"]
    assert [(address.host, address.port) for address in app.conf.broker] == [("a", 1), ("::1", 2)]


@pytest.mark.parametrize("text", ["", "a:99999", "a:port"])
def test_no_client_starts_with_a_wrong_address(text: str) -> None:
    settings = load_settings(bootstrap_servers=text)
    for start in (
        lambda: client.connection(settings),
        lambda: producer_options(settings),
        lambda: member_app(settings),
        lambda: blocker(settings),
        lambda: asyncapi.servers(settings),
    ):
        with pytest.raises(ConfigError, match=r"^bootstrap_servers "):
            start()


def test_a_command_with_a_wrong_port_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "copydesk.toml").write_text('bootstrap_servers = "a:99999"\n[sinks.jsonl]\nfolder = "x"\n')
    run = run_each(COMMANDS, COPYDESK_CONFIG=str(tmp_path / "copydesk.toml"), COPYDESK_PROBES__PORT="0")
    assert run.stdout.splitlines() == [str(ConfigError.exit_code)] * len(COMMANDS)
    sentence = "copydesk: bootstrap_servers names 'a:99999', whose port is not one of 1 to 65535\n"
    assert run.stderr == sentence * len(COMMANDS)
