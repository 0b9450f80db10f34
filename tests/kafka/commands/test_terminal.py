"""Every command that shows foreign text, on a terminal, with hostile characters of every kind in records."""

import json
import re
import secrets
import socket
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from streams.local.broker.node import Broker
from tests.support.articles.newspaper import page
from tests.support.commands.terminal import (
    HOSTILE,
    KINDS,
    MARK,
    obeyed_or_hidden,
    on_terminal,
    running_on_terminal,
    text_of,
)
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import JSON, NewsPipeline, Raw, key_of

pytestmark = pytest.mark.kafka

LISTENS = re.compile(r"ingest API listens .*port=(\d+)")
URL = "https://paper.example/2026/03/ferry-sinks"
BYTES = HOSTILE.encode()
PAGE = page(
    "Ferry sinks", [f"The ferry sank off Lowport on day {n}, and nobody was hurt." for n in range(20)]
)
#: A key that would set the title of a terminal. A scraper may send such a key.
DEAD_KEY = f"https://paper.example/{HOSTILE}".encode()
DEAD_LETTER = (
    ("copydesk_reason", BYTES),
    ("copydesk_stage", BYTES),
    ("__connect.errors.topic", BYTES),
    ("__connect.errors.partition", b"0"),
    ("__connect.errors.offset", b"1"),
    ("__connect.errors.exception.class.name", BYTES),
    ("__connect.errors.exception.message", BYTES + b"\nforged line"),
    ("__connect.errors.exception.stacktrace", BYTES),
    (HOSTILE, BYTES),
    ("ce_feed", BYTES),
)


def finished() -> dict[str, Any]:
    """A record of the last topic that no stage of ours would write."""
    name = {"type": "person", "name": HOSTILE, "count": 1, "mentions": [{"start": 0}]}
    return dict.fromkeys(("id", "url", "title", "feed", "published_at", "text"), HOSTILE) | {
        "language": {"code": HOSTILE},
        "source": {"name": HOSTILE, "domain": HOSTILE},
        "authors": [{"name": HOSTILE}],
        "entities": [name, name | {"type": "place"}],
        "summary": {"text": HOSTILE, "sentences": [{"text": HOSTILE}]},
        "warnings": [HOSTILE],
        "meta": {HOSTILE: HOSTILE},
    }


@pytest.fixture(scope="module")
def pipeline(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewsPipeline]:
    """Topics with hostile records of every kind, and files with hostile names."""
    pipeline = NewsPipeline(
        broker.bootstrap_servers, f"t{secrets.token_hex(4)}", tmp_path_factory.mktemp("pipeline")
    )
    pipeline.set_up(partitions=1)
    article = {"url": URL, "html": PAGE, "feed": HOSTILE, "meta": {HOSTILE: HOSTILE}, "title": HOSTILE}
    pipeline.publish_raw(
        [
            Raw(key=DEAD_KEY, value=b"<p>x", headers=[("content-type", b"text/html"), (HOSTILE, BYTES)]),
            Raw(key=HOSTILE.encode(), value=json.dumps(article).encode(), headers=[*JSON, ("ce_id", BYTES)]),
        ]
    )
    discarded = orjson.dumps({"reason": HOSTILE, "stage": HOSTILE, "url": HOSTILE})
    with pipeline.producer() as out:
        out.send(
            pipeline.topic("summaries"),
            key=key_of(URL),
            value=orjson.dumps(finished()),
            headers=[(HOSTILE, BYTES)],
        )
        of_raw = [("copydesk_raw", f"{pipeline.topic('raw')}/0/1".encode())]
        out.send(pipeline.topic("discarded"), key=key_of(URL), value=discarded, headers=of_raw)
        out.send(pipeline.topic("dead.clean"), key=DEAD_KEY, value=BYTES, headers=list(DEAD_LETTER))
        out.flush()
    folder = pipeline.folder / f"pages {HOSTILE}"
    folder.mkdir()
    (folder / f"{HOSTILE}.html").write_bytes(PAGE.encode())
    (folder / f"{HOSTILE}.jsonl").write_text("\n".join([f"{{not {KINDS}", json.dumps(article)]))
    yield pipeline
    pipeline.stop()


def environment(pipeline: NewsPipeline) -> dict[str, str]:
    return {**pipeline.config, "COPYDESK_LOG_LEVEL": "debug"}


FOLDER = "FOLDER"
COMMANDS = [
    ("tail", "summaries", "--from-start", "--no-follow"),
    ("tail", "summaries", "--no-follow", "--json"),
    ("tail", "dead.clean", "--no-follow"),
    ("trace", URL),
    ("trace", URL, "--json"),
    ("status", "--reconcile"),
    ("dlq", "list"),
    ("dlq", "list", "clean", "--json"),
    ("dlq", "show", "clean", "0"),
    ("dlq", "show", "clean", "0", "--json"),
    ("dlq", "show", "clean", "0", "--value"),
    ("dlq", "replay", "clean", "--all", "--dry-run"),
    ("publish", FOLDER),
    ("process", FOLDER, "--until", "clean"),
    ("takedown", HOSTILE),
    ("schema", HOSTILE),
    ("topics", "acls", "clean", "--user", HOSTILE),
    ("config", "show"),
    ("kafka", "console-consumer", "--topic", "TOPIC", "--from-beginning", "--timeout-ms", "3000"),
    # Typer's own messages about a command line that it does not understand.
    (HOSTILE,),
    ("tail", "raw", f"--{HOSTILE}"),
]


def command_id(command: tuple[str, ...]) -> str:
    return " ".join(command).replace(HOSTILE, "HOSTILE")


@pytest.mark.parametrize("command", COMMANDS, ids=command_id)
def test_a_terminal_gets_no_character_that_controls_it_or_hides_text(
    pipeline: NewsPipeline, command: tuple[str, ...]
) -> None:
    placeholders = {FOLDER: str(pipeline.folder / f"pages {HOSTILE}"), "TOPIC": pipeline.topic("summaries")}
    more = {"COPYDESK_SECURITY__USERNAME": HOSTILE} if command[0] == "config" else {}

    shown = on_terminal([placeholders.get(word, word) for word in command], environment(pipeline) | more)

    assert obeyed_or_hidden(shown) == set()
    assert MARK in text_of(shown)


def test_the_logs_of_all_processes_show_received_text_without_obeying_it(pipeline: NewsPipeline) -> None:
    with running_on_terminal(["up"], environment(pipeline)) as (command, stop):
        until(lambda: text_of(command.shown).count(MARK) >= 2, "the dead letter and the article are logged")
        until(lambda: '"title"' in archive(pipeline), "the sink has the article")
        shown = stop()

    assert obeyed_or_hidden(shown) == set()
    assert "forged" not in [line.split()[0] for line in text_of(shown).splitlines() if line.split()]


def test_the_log_of_the_ingest_api_shows_sent_text_without_obeying_it(pipeline: NewsPipeline) -> None:
    with running_on_terminal(["ingest", "--port", "0"], environment(pipeline)) as (command, stop):
        address = until(lambda: LISTENS.search(text_of(command.shown)), "the ingest API listens")
        with socket.create_connection(("127.0.0.1", int(address[1])), timeout=30) as link:
            link.sendall(b"GET /" + BYTES + b" HTTP/1.1\r\n" + BYTES + b": x\r\n\r\n")
            assert link.recv(100).startswith(b"HTTP/1.")
        shown = stop()

    assert obeyed_or_hidden(shown) == set()


def archive(pipeline: NewsPipeline) -> str:
    return "".join(path.read_text() for path in (pipeline.folder / "articles").rglob("*.jsonl"))
