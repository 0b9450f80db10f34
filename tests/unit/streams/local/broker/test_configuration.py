"""The configuration of a node, and that Java reads back what was written."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from streams.local.broker.configuration import Listener, Node, properties_text, server_properties

ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}


def read_back(text: str) -> dict[str, str]:
    """A property file, read by the rules of `java.util.Properties.load`, with one `name=value` per line."""
    pairs = {}
    for line in text.removesuffix("\n").split("\n"):
        name, _, raw = line.partition("=")
        value, rest = bytearray(), raw.lstrip(" \t\f")
        while rest:
            if not rest.startswith("\\"):
                value += rest[0].encode("utf-16-be")
                rest = rest[1:]
            elif rest[1] == "u":
                value += bytes.fromhex(rest[2:6])
                rest = rest[6:]
            else:
                value += ESCAPED.get(rest[1], rest[1]).encode("utf-16-be")
                rest = rest[2:]
        pairs[name] = value.decode("utf-16-be")
    return pairs


@given(st.text())
@example(" a")
def test_property_files_are_ascii_and_java_reads_the_value_that_was_written(value: str) -> None:
    text = properties_text({"name": value})
    assert text.isascii()
    assert read_back(text) == {"name": value}


def test_a_single_node_listens_only_on_loopback() -> None:
    settings = server_properties(Node(port=9092, quorum={1: 9093}, data=Path("/data")))
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:9092"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:9093"
    assert settings["log.dirs"] == "/data"
    assert settings["auto.create.topics.enable"] == "false"
    assert settings["offsets.topic.replication.factor"] == "1"
    assert settings["transaction.state.log.min.isr"] == "1"


def test_a_node_of_three_keeps_three_replicas_and_needs_two() -> None:
    quorum = {1: 9093, 2: 9193, 3: 9293}
    settings = server_properties(Node(id=2, port=9192, quorum=quorum, data=Path("/data")))
    assert settings["node.id"] == "2"
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:9192,CONTROLLER://127.0.0.1:9193"
    assert settings["controller.quorum.voters"] == "1@127.0.0.1:9093,2@127.0.0.1:9193,3@127.0.0.1:9293"
    assert settings["offsets.topic.replication.factor"] == "3"
    assert settings["transaction.state.log.min.isr"] == "2"


def test_a_further_listener_may_be_advertised_at_the_port_of_a_proxy() -> None:
    proxied = Listener(name="PROXIED", port=9094, advertised=9999)
    own = {"log.dirs": "/own"}
    settings = server_properties(
        Node(port=9092, quorum={1: 9093}, data=Path("/data"), listeners=[proxied], settings=own)
    )
    assert settings["listeners"].split(",")[1] == "PROXIED://127.0.0.1:9094"
    assert settings["advertised.listeners"].split(",")[1] == "PROXIED://127.0.0.1:9999"
    assert settings["listener.security.protocol.map"] == (
        "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT"
    )
    assert settings["log.dirs"] == "/own"
