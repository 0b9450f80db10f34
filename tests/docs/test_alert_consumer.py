"""The example consumers: each alert once, in spite of killed processes and repeated records."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from streams.local.broker.node import Broker
from streams.settings import Settings
from tests.support.documents import generated
from tests.support.documents.alerts import (
    NAME,
    Consumer,
    Event,
    events,
    in_javascript,
    in_python,
    publish,
    slowed,
)
from tests.support.pipelines.harness import PATIENCE, until
from tests.support.pipelines.news import NewsPipeline, Raw, key_of

pytestmark = pytest.mark.kafka

FIELDS = ("kind", "article", "version", "passage")
URL = "https://www.harbour-courier.example/transport/night-bus"
TEXT = (
    "🚌 Night bus to Gosport will run again\n\n"
    "The night bus between Portsmouth and Gosport will run again from the first of December, {speaker} said"
    " on Thursday, three years after it was withdrawn.\n\n"
    "“People who clean hospitals at night should not have to walk home,” said Margaret Ashdown, who had asked"
    " for the money. The fare will be £2."
)


@pytest.fixture
def news_pipeline(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[NewsPipeline]:
    """The pipeline; its workers are stopped after the test."""
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


def alerts_written(consumer: Consumer) -> list[tuple[str, ...]]:
    """The alerts in its output."""
    return sorted((tuple(line[name] for name in FIELDS) for line in consumer.lines), key=str)


def alerts_stored(consumer: Consumer) -> list[tuple[str, ...]]:
    """The alerts in the table of the Python consumer."""
    return sorted(consumer.query(f"SELECT {', '.join(FIELDS)} FROM alerts"), key=str)  # noqa: S608 - the test's own names


def records_read(consumer: Consumer) -> int:
    return sum(next_offset for (next_offset,) in consumer.query("SELECT next FROM offsets"))


def alerts_of(all_events: list[Event]) -> list[tuple[str, str, str]]:
    """The alerts that the events should raise: article, version, kind."""
    known: dict[str, Event] = {}
    alerts = []
    for event in all_events:
        before = known.get(event.article)
        if before is not None and event.version <= before.version:
            continue
        known[event.article] = event
        if bool(event.named) != bool(before and before.named):
            kind = "named" if event.named else "taken-down" if event.named is None else "no-longer-named"
            alerts.append((event.article, event.long_version, kind))
    return sorted(alerts)


def test_after_three_kill_9_each_alert_is_there_once_as_after_an_undisturbed_run(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    quiet, killed = (in_python(topic, tmp_path / name, "--entity", NAME) for name in ("quiet", "killed"))
    started += [quiet, killed]
    killed.set_up("alerts", *slowed("AFTER UPDATE OF told ON alerts"))  # old word: a column of the example
    published = events(90, 7, Random(7))
    publish(topic, published)
    expected = alerts_of(published)
    quiet.start()
    quiet.wait_for(len(expected))
    until(lambda: records_read(quiet) == len(published), "all records are read")

    for share in (0.1, 0.4, 0.7):
        killed.start()
        killed.wait_for(round(share * len(expected)))
        killed.kill()
        assert 0 < records_read(killed) < len(published)
    killed.start()
    until(lambda: records_read(killed) == len(published), "all records are read")
    unreported = "SELECT count(*) FROM alerts WHERE told IS NULL"  # old word: a column of the example
    until(lambda: killed.query(unreported) == [(0,)], "all alerts are reported")

    stored = alerts_stored(killed)
    assert sorted((article, version, kind) for kind, article, version, _ in stored) == expected
    assert alerts_written(killed) == alerts_written(quiet) == stored == alerts_stored(quiet)
    assert [line["number"] for line in killed.lines] == list(range(1, len(expected) + 1))


def test_a_failed_batch_leaves_nothing_and_an_alert_that_was_not_stored_is_written_once(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    consumer = in_python(topic, tmp_path, "--entity", NAME)
    started.append(consumer)
    stop = "BEGIN SELECT RAISE(ABORT, 'stopped'); END"
    consumer.set_up(
        "alerts", f"CREATE TRIGGER stop BEFORE INSERT ON alerts WHEN NEW.article IN ('a7', 'a21') {stop}"
    )
    articles = [f"a{number}" for number in range(40)]
    publish(topic, [Event(article=article, version=1, named=True) for article in articles])
    consumer.start()
    assert consumer.end() == 1
    consumer.query("DROP TRIGGER stop")
    consumer.query(f"CREATE TRIGGER stop BEFORE UPDATE ON alerts WHEN NEW.number = 30 {stop}")
    consumer.start()
    assert consumer.end() == 1
    assert consumer.lines[-1]["number"] == 30  # written, but not stored
    consumer.query("DROP TRIGGER stop")
    consumer.start()
    consumer.wait_for(len(articles))

    assert [article for _, article, *_ in alerts_written(consumer)] == sorted(articles)
    assert [line["number"] for line in consumer.lines] == list(range(1, 41))


def test_the_javascript_consumer_reports_the_same_after_three_kill_9(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    consumer = in_javascript(topic, tmp_path / "here", NAME)
    started.append(consumer)
    consumer.set_up("articles", *slowed("AFTER INSERT ON articles"))
    published = events(40, 5, Random(8))
    publish(topic, published)
    expected = alerts_of(published)
    for share in (0.2, 0.5, 0.8):
        consumer.start()
        consumer.wait_for(round(share * len(expected)))
        consumer.kill()
        assert len(consumer.lines) < len(expected)
    consumer.start()
    until(lambda: len(set(alerts_written(consumer))) == len(expected), "all alerts are reported")

    written = set(alerts_written(consumer))
    assert sorted((article, version, kind) for kind, article, version, _ in written) == expected
    passages = {(article, passage) for kind, article, _, passage in written if kind == "named"}
    assert {(article, passage[:5], passage[-7:]) for article, passage in passages} == {
        (article, "🚌🚌 Re", "has it.") for article, _, kind in expected if kind == "named"
    }
    assert len(consumer.lines) <= len(expected) + 3  # at each kill one was written and not yet stored


def test_a_state_is_for_one_question_and_a_file_with_other_content_is_not_touched(
    topic: Settings, tmp_path: Path
) -> None:
    publish(topic, [Event(article="a1", version=1, named=True)])
    first = in_python(topic, tmp_path, "--entity", NAME)
    first.start()
    first.wait_for(1)
    first.kill()
    assert _error(in_python(topic, tmp_path, "--word", "bus")).endswith("give another --state\n")

    first.state.unlink()
    before = first.output.read_bytes()
    assert _error(first).endswith("alerts.jsonl holds something else: give another --output\n")
    assert first.output.read_bytes() == before


def _error(consumer: Consumer) -> str:
    """Its error message, when it does not start."""
    result = subprocess.run(consumer.command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def test_a_word_in_the_title_is_found_whatever_its_case(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    publish(topic, [Event(article="a1", version=1, named=False), Event(article="a2", version=1, named=None)])
    consumer = in_python(topic, tmp_path, "--word", "BUS")
    started.append(consumer)
    consumer.start()
    consumer.wait_for(1)
    assert [(line["article"], line["passage"]) for line in consumer.lines] == [("a1", "A bus")]


@pytest.mark.timeout(240)
def test_both_follow_an_article_through_the_running_pipeline(
    news_pipeline: NewsPipeline, tmp_path: Path, started: list[Consumer]
) -> None:
    pipeline = news_pipeline
    pipeline.set_up(partitions=1)
    for stage in ("clean", "entities", "summaries"):
        pipeline.start("worker", stage)
    both = [
        in_python(pipeline.settings, tmp_path / "py", "--entity", "hampshire county council"),
        in_javascript(pipeline.settings, tmp_path / "js", NAME),
    ]
    started += both
    for consumer in both:
        consumer.start()

    alerts = []
    for count, speaker in enumerate((NAME, "the city", NAME, None), 1):
        pipeline.publish_raw([_raw(speaker), _raw(speaker)])  # the second is a revision with the same text
        for consumer in both:
            consumer.wait_for(count, patience=100)
        alerts.append([(consumer.lines[-1]["kind"], consumer.lines[-1]["passage"]) for consumer in both])

    before, after = "l run again from the first of December, ", " said on Thursday, three years after it "
    named = ("named", before + NAME + after)
    assert alerts == [
        [named, named],
        [("no-longer-named", None), ("no-longer-named", None)],
        [named, named],
        [("taken-down", None), ("taken-down", None)],
    ]
    assert [len(consumer.lines) for consumer in both] == [4, 4]
    assert [line["retracts"] for line in both[0].lines] == [None, 1, None, 3]
    assert {line["article"] for consumer in both for line in consumer.lines} == {key_of(URL).decode()}
    assert [mistake for record in pipeline.read("summaries") for mistake in _mistakes(record)] == []


def _mistakes(record: Any) -> list[str]:
    """What the AsyncAPI document does not allow in a record from Kafka (with another prefix)."""
    name = "Takedown" if record.value is None else "Article"
    headers = {key: value.decode() for key, value in record.headers}
    payload = json.loads(record.value or b"null")
    return generated.mistakes("summaries", {"name": name, "headers": headers, "payload": payload})


def _raw(speaker: str | None) -> Raw:
    """A revision of the article, or its takedown."""
    if speaker is None:
        return Raw(key=URL.encode(), value=None, headers=())
    value = {"url": URL, "text": TEXT.format(speaker=speaker)}
    return Raw(key=URL.encode(), value=json.dumps(value).encode())
