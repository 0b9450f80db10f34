"""The state of the example consumers: which topic it belongs to, and what earlier releases stored in it."""

import subprocess
from pathlib import Path

import pytest

from streams.core.pipeline import load_pipeline
from streams.kafka import client
from streams.kafka.topics import create_topics
from streams.settings import Settings
from tests.support.documents.alerts import NAME, Consumer, Event, in_javascript, in_python, publish
from tests.support.pipelines.harness import PATIENCE, until

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("kind", ["py", "mjs"])
def test_for_a_recreated_topic_new_files_are_started_and_the_old_ones_stay(
    topic: Settings, tmp_path: Path, started: list[Consumer], kind: str
) -> None:
    first = (
        in_python(topic, tmp_path, "--entity", NAME) if kind == "py" else in_javascript(topic, tmp_path, NAME)
    )
    started.append(first)
    publish(topic, [Event(article="a1", version=1, named=True), Event(article="a2", version=1, named=True)])
    first.start()
    first.wait_for(2)
    until(lambda: first.query("SELECT count(*) FROM articles") == [(2,)], "both articles are stored")
    if kind == "py":
        again = subprocess.run(first.command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        assert again.stderr.endswith("alerts.db is in use by another process: end that one first\n")
        assert first.process is not None
        assert first.process.poll() is None
    first.kill()
    before = first.query("SELECT * FROM articles ORDER BY id"), first.output.read_bytes()

    _recreate(topic)
    publish(topic, [Event(article="a1", version=1, named=True)])
    (tmp_path / "printed.jsonl").touch()
    first.start()
    until(lambda: len(list(tmp_path.glob("alerts-*.db"))) == 1, "there is a second state")
    [beside] = tmp_path.glob("alerts-*.db")
    output = beside.with_suffix(".jsonl") if kind == "py" else first.output
    second = Consumer(first.command, beside, output)
    second.wait_for(1 if kind == "py" else 3)
    until(lambda: second.query("SELECT id FROM articles") == [("a1",)], "the article is stored")
    first.kill()
    kept = first.output.read_bytes() if kind == "py" else first.output.read_bytes()[: len(before[1])]
    assert (first.query("SELECT * FROM articles ORDER BY id"), kept) == before


def _recreate(settings: Settings) -> None:
    (last,) = load_pipeline(settings).last
    topic = last.full_name
    with client.admin(settings) as admin:
        admin.delete_topics([topic])
        until(lambda: topic not in admin.list_topics(), "the topic is deleted")
    create_topics(settings, load_pipeline(settings).all_topics())


@pytest.mark.parametrize("example", ["python", "javascript"])
def test_a_takedown_wins_over_a_version_that_is_later_than_its_record(
    topic: Settings, tmp_path: Path, started: list[Consumer], example: str
) -> None:
    """A release that believed any version has written such a version, or stored it in the state."""
    highest = 9_999_999_999_999_999
    consumer = (
        in_python(topic, tmp_path, "--entity", NAME)
        if example == "python"
        else in_javascript(topic, tmp_path, NAME)
    )
    started.append(consumer)
    stored = Event(article="a2", version=highest, named=True).long_version
    consumer.set_up("articles", f"INSERT INTO articles VALUES ('a2', '{stored}', 1)")  # noqa: S608 - the test's own
    received = publish(topic, [Event(article="a1", version=highest, named=True)])
    publish(topic, [Event(article=name, version=received + 1, named=None) for name in ("a1", "a2")])

    consumer.start()
    consumer.wait_for(3)

    assert sorted((line["kind"], line["article"]) for line in consumer.lines) == [
        ("named", "a1"),
        ("taken-down", "a1"),
        ("taken-down", "a2"),
    ]
