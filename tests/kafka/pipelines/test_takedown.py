"""`copydesk takedown`: what it sends, what it rejects before it sends anything, and where records arrive."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from agents.ids import article_id
from agents.topics import RAW
from streams.cli.commands.publishing import takedown
from streams.core.message import Message
from streams.errors import ConfigError
from streams.kafka import client
from streams.kafka.reader import extents, scan
from streams.kafka.topics import create_topics
from streams.settings import Settings

pytestmark = pytest.mark.kafka

URL = "https://harbour-courier.example/2026/03/ferry"


@pytest.fixture(autouse=True)
def pipeline(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    create_topics(settings, [RAW.at(settings.prefix)])
    monkeypatch.setenv("COPYDESK_BOOTSTRAP_SERVERS", settings.bootstrap_servers)
    monkeypatch.setenv("COPYDESK_PREFIX", settings.prefix)


def run(*arguments: str, stdin: str | None = None) -> Result:
    app = typer.Typer()
    app.command()(takedown)
    return CliRunner().invoke(app, arguments, input=stdin)


def read(settings: Settings) -> list[tuple[bytes, bytes | None, int]]:
    with client.consumer(settings) as reader:
        records = list(scan(reader, extents(reader, [RAW.at(settings.prefix).full_name])))
    by_key = sorted(records, key=lambda record: record.key)
    return [(record.key, record.value, record.partition) for record in by_key]


def test_each_url_is_sent_once_as_a_null_value_under_the_url_in_the_partition_of_its_article(
    settings: Settings,
) -> None:
    with client.producer(settings) as producer:
        sent = producer.send(RAW.at(settings.prefix).full_name, key=URL.encode(), value=b"<p>").get(30)

    done = run(URL, URL, "http://www.harbour-courier.example/2026/03/ferry/")

    assert (done.exit_code, done.stdout) == (0, "2 takedowns sent and confirmed\n")
    other, *of_url = read(settings)
    assert other[:2] == (b"http://www.harbour-courier.example/2026/03/ferry/", None)
    assert of_url == [(URL.encode(), value, sent.partition) for value in (b"<p>", None)]


def test_urls_come_from_a_file_and_from_standard_input_too(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "gone.txt").write_text("# by court order\nhttps://a.example/1\n\n  https://a.example/2#top\n")

    done = run("-", "--file", str(tmp_path / "gone.txt"), "--json", stdin="https://a.example/3\n")

    assert json.loads(done.stdout) == {"sent": 3, "failed": 0}
    assert {key for key, _, _ in read(settings)} == {
        b"https://a.example/1",
        b"https://a.example/2#top",
        b"https://a.example/3",
    }


def test_an_article_may_be_named_by_its_id(settings: Settings) -> None:
    done = run(article_id(URL))

    assert done.stdout == "1 takedown sent and confirmed\n"
    [(key, _, _)] = read(settings)
    message = Message(topic="raw", partition=0, offset=0, timestamp=0, key=key, value=None)
    assert RAW.forget(message) == article_id(URL).encode()


@pytest.mark.parametrize("wrong", ["nowhere", "ftp://a.example/x", "https://?x", "0123"])
def test_an_argument_that_cannot_be_an_article_is_one_sentence_and_nothing_is_sent(
    settings: Settings, wrong: str
) -> None:
    done = run(URL, wrong)

    assert isinstance(done.exception, ConfigError)
    assert str(done.exception).endswith("; nothing was removed")
    assert read(settings) == []


@pytest.mark.parametrize("arguments", [(), ("--file", "/no/such/file"), ("-",)])
def test_nothing_to_take_down_is_one_sentence(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, stdin="")

    assert isinstance(done.exception, ConfigError)
    assert str(done.exception).startswith(("no articles to remove: ", "/no/such/file cannot be read: "))
