"""Publishing to a real broker: every record is confirmed, every rejection is reported."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from streams.cli.commands.publishing import publish as publish_command
from streams.core.message import RecordToPublish
from streams.core.topic import Key, Policy, Topic
from streams.errors import BrokerError, ConfigError, Interrupted
from streams.ingest import publisher
from streams.ingest.files import Input, RejectedInput
from streams.ingest.forms import COMPRESSIONS
from streams.ingest.publisher import publish
from streams.kafka import client
from streams.kafka.reader import extents, scan
from streams.kafka.topics import create_topics
from streams.settings import Settings

pytestmark = pytest.mark.kafka

LIMIT = 100_000
RAW = Topic(name="raw", key=Key.of("url"), record=None, policy=Policy(max_message_bytes=LIMIT))
JSON_HEADERS = (("content-type", b"application/json"),)


@pytest.fixture
def topic(settings: Settings) -> str:
    raw = RAW.at(settings.prefix)
    create_topics(settings, [raw])
    return raw.full_name


def an_input(number: int, value: bytes, key: bytes | None = None) -> Input:
    return Input(where=f"line {number}", record=RecordToPublish(key=key, value=value, headers=JSON_HEADERS))


def unexpected(rejected: RejectedInput) -> None:
    raise AssertionError(rejected)


def values(settings: Settings, topic: str) -> list[bytes]:
    with client.consumer(settings) as reader:
        return sorted(record.value for record in scan(reader, extents(reader, [topic])))


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression_comes_back_as_the_same_bytes(
    settings: Settings, topic: str, compression: str
) -> None:
    lines = [b'{"n": %d, "pad": "%s"}' % (n, b"abc" * 500) for n in range(50)]
    rejected: list[RejectedInput] = []

    report = publish(
        settings,
        topic,
        [an_input(n, line, b"k%02d" % (n % 10)) for n, line in enumerate(lines)],
        reject=rejected.append,
        compression=compression,
    )

    assert (report.published, report.failed, report.keys) == (50, 0, 10)
    assert report.bytes == sum(len(line) + 3 for line in lines)
    assert rejected == []
    assert values(settings, topic) == sorted(lines)


def test_a_record_too_large_for_the_topic_is_reported_and_those_around_it_arrive(
    settings: Settings, topic: str
) -> None:
    large = os.urandom(2 * LIMIT)
    inputs = [an_input(n, large if n in {3, 7} else b"small %d" % n, b"same key") for n in range(10)]
    rejected: list[RejectedInput] = []

    report = publish(settings, topic, inputs, reject=rejected.append)

    assert (report.published, report.failed) == (8, 2)
    assert [record.where for record in rejected] == ["line 3", "line 7"]
    assert all(record.reason.startswith("it is too large for the topic: 200,") for record in rejected)
    assert values(settings, topic) == [b"small %d" % n for n in range(10) if n not in {3, 7}]


def test_a_large_record_that_compresses_well_arrives(settings: Settings, topic: str) -> None:
    report = publish(settings, topic, [an_input(1, b"a" * 20 * LIMIT)], reject=unexpected)

    assert report.published == 1


@pytest.mark.parametrize("over", [-100, -40, -33])
def test_a_record_that_just_fits_arrives(settings: Settings, topic: str, over: int) -> None:
    """The broker counts the batch, of which 84 bytes are not value (kafka-python 3.0.12, no compression)."""
    value = os.urandom(LIMIT - 84 - len("content-type") - len("application/json") + over)

    report = publish(settings, topic, [an_input(1, value)], reject=unexpected, compression="none")

    assert report.published == 1


def test_a_compacted_topic_rejects_records_without_a_key_and_accepts_the_others(settings: Settings) -> None:
    table = Topic(name="table", key=Key.of("id"), record=None, policy=Policy(cleanup_policy="compact"))
    table = table.at(settings.prefix)
    create_topics(settings, [table])
    rejected: list[RejectedInput] = []

    report = publish(
        settings,
        table.full_name,
        [an_input(1, b"a", b"k"), an_input(2, b"b"), an_input(3, b"c", b"k")],
        reject=rejected.append,
    )

    assert (report.published, report.failed) == (2, 1)
    assert rejected == [
        RejectedInput(where="line 2", reason="it has no key, and the topic is compacted by key")
    ]


@pytest.mark.parametrize(("most_bytes", "most_records"), [(50_000, 5), (1_000_000, 3)])
def test_few_bytes_and_records_are_in_flight_at_once(
    settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch, most_bytes: int, most_records: int
) -> None:
    monkeypatch.setattr(publisher, "BYTES_IN_FLIGHT", most_bytes)
    monkeypatch.setattr(publisher, "RECORDS_IN_FLIGHT", most_records)
    confirmed: list[int] = []

    publish(
        settings,
        topic,
        (an_input(n, b"x" * 20_000) for n in range(20)),
        reject=unexpected,
        progress=lambda counts: confirmed.append(counts.published),
    )

    in_flight = [number + 1 - done for number, done in enumerate(confirmed[:20])]
    assert max(in_flight) <= 3
    assert confirmed[-1] == 20


def test_progress_begins_with_the_first_confirmation(settings: Settings, topic: str) -> None:
    confirmed: list[int] = [0]

    def inputs() -> Iterator[Input]:
        for number in range(publisher.RECORDS_IN_FLIGHT - 1):
            if confirmed[-1]:
                return
            yield an_input(number, b"{}")

    publish(
        settings,
        topic,
        inputs(),
        reject=unexpected,
        progress=lambda counts: confirmed.append(counts.published),
    )

    assert 0 < next(filter(None, confirmed)) < len(confirmed) - 1


def test_ctrl_c_says_how_many_records_kafka_has_and_up_to_which(settings: Settings, topic: str) -> None:
    def inputs(number: int) -> Iterator[Input]:
        yield from (an_input(n, b"{}") for n in range(number))
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match=r"^interrupted: Kafka has confirmed no record; publish"):
        publish(settings, topic, inputs(0), reject=unexpected)
    with pytest.raises(Interrupted, match=r"confirmed 50 records, up to line 49; publish the rest again"):
        publish(settings, topic, inputs(50), reject=unexpected)
    assert len(values(settings, topic)) == 50


def test_a_missing_topic_and_an_unknown_compression_are_one_sentence(settings: Settings) -> None:
    with pytest.raises(BrokerError, match=rf"^{settings.prefix}\.raw is missing; `copydesk topics create`"):
        publish(settings, f"{settings.prefix}.raw", [], reject=unexpected)
    with pytest.raises(ConfigError, match="no compression is called 'brotli'; there are: zstd, lz4"):
        publish(settings, "x", [], reject=unexpected, compression="brotli")


@pytest.fixture
def command_line(settings: Settings, toy_pipeline: None, topic: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("COPYDESK_BOOTSTRAP_SERVERS", settings.bootstrap_servers)
    monkeypatch.setenv("COPYDESK_PREFIX", settings.prefix)
    return topic


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    app = typer.Typer()
    app.command()(publish_command)
    return CliRunner().invoke(app, arguments, input=stdin)


def test_the_command_reports_what_was_rejected_and_exits_1(command_line: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>Who am I")
    (tmp_path / "b.html").write_text('<link rel="canonical" href="https://b.example/[1]">')

    done = run(str(tmp_path), "--topic", command_line)

    assert done.exit_code == 1
    assert done.stdout.startswith("1 published, 1 failed, 1 key, ")
    assert "a.html: its URL is not known" in done.stderr


def test_the_command_reads_standard_input_and_writes_json(command_line: str) -> None:
    done = run("-", "--topic", command_line, "--json", stdin=b'{"url":"https://a.example/"}\nnot json\n')

    assert done.exit_code == 0
    report = json.loads(done.stdout)
    assert {name: report[name] for name in ("published", "failed", "keys")} == {
        "published": 2,
        "failed": 0,
        "keys": 1,
    }
