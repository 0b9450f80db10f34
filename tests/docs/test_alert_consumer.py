"""The example consumers: each alert once, whoever died meanwhile and whatever was repeated."""

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
    "The night bus between Portsmouth and Gosport will run again from the first of December, {who} said on"
    " Thursday, three years after it was withdrawn.\n\n"
    "“People who clean hospitals at night should not have to walk home,” said Margaret Ashdown, who had asked"
    " for the money. The fare will be £2."
)


@pytest.fixture
def news_pipeline(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[NewsPipeline]:
    """The pipeline itself, its workers ended afterwards."""
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path)
    yield pipeline
    pipeline.stop()


def report(consumer: Consumer) -> list[tuple[str, ...]]:
    """What it has written."""
    return sorted((tuple(line[name] for name in FIELDS) for line in consumer.lines), key=str)


def table(consumer: Consumer) -> list[tuple[str, ...]]:
    """What the table of the consumer in Python holds."""
    return sorted(consumer.query(f"SELECT {', '.join(FIELDS)} FROM alerts"), key=str)  # noqa: S608 - the test's own names


def has_read(consumer: Consumer) -> int:
    """How many records it has behind it."""
    return sum(reached for (reached,) in consumer.query("SELECT next FROM offsets"))


def alerts_of(all_events: list[Event]) -> list[tuple[str, str, str]]:
    """What there is to tell, by the rule itself: article, version, kind."""
    known: dict[str, Event] = {}
    found = []
    for event in all_events:
        before = known.get(event.article)
        if before is not None and event.version <= before.version:
            continue
        known[event.article] = event
        if bool(event.named) != bool(before and before.named):
            kind = "named" if event.named else "taken-down" if event.named is None else "no-longer-named"
            found.append((event.article, event.long_version, kind))
    return sorted(found)


def test_three_kill_9_in_mid_flow_and_each_alert_is_there_once_as_after_a_quiet_run(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    quiet, killed = (in_python(topic, tmp_path / name, "--entity", NAME) for name in ("quiet", "killed"))
    started += [quiet, killed]
    killed.set_up("alerts", *slowed("AFTER UPDATE OF told ON alerts"))
    happened = events(90, 7, Random(7))
    publish(topic, happened)
    expected = alerts_of(happened)
    quiet.start()
    quiet.wait_for(len(expected))
    until(lambda: has_read(quiet) == len(happened), "all is read")

    for share in (0.1, 0.4, 0.7):
        killed.start()
        killed.wait_for(round(share * len(expected)))
        killed.kill()
        assert 0 < has_read(killed) < len(happened)
    killed.start()
    until(lambda: has_read(killed) == len(happened), "all is read")
    until(lambda: killed.query("SELECT count(*) FROM alerts WHERE told IS NULL") == [(0,)], "all is told")

    assert sorted((article, version, kind) for kind, article, version, _ in table(killed)) == expected
    assert report(killed) == report(quiet) == table(killed) == table(quiet)
    assert [line["number"] for line in killed.lines] == list(range(1, len(expected) + 1))


def test_a_batch_that_breaks_leaves_nothing_behind_and_what_was_not_noted_is_written_once(
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
    assert consumer.lines[-1]["number"] == 30  # written, and not noted
    consumer.query("DROP TRIGGER stop")
    consumer.start()
    consumer.wait_for(len(articles))

    assert [article for _, article, *_ in report(consumer)] == sorted(articles)
    assert [line["number"] for line in consumer.lines] == list(range(1, 41))


def test_the_consumer_in_javascript_tells_the_same_over_three_kill_9(
    topic: Settings, tmp_path: Path, started: list[Consumer]
) -> None:
    consumer = in_javascript(topic, tmp_path / "here", NAME)
    started.append(consumer)
    consumer.set_up("articles", *slowed("AFTER INSERT ON articles"))
    happened = events(40, 5, Random(8))
    publish(topic, happened)
    expected = alerts_of(happened)
    for share in (0.2, 0.5, 0.8):
        consumer.start()
        consumer.wait_for(round(share * len(expected)))
        consumer.kill()
        assert len(consumer.lines) < len(expected)
    consumer.start()
    until(lambda: len(set(report(consumer))) == len(expected), "all is told")

    assert sorted((article, version, kind) for kind, article, version, _ in set(report(consumer))) == expected
    passages = {(article, passage) for kind, article, _, passage in report(consumer) if kind == "named"}
    assert {(article, passage[:5], passage[-7:]) for article, passage in passages} == {
        (article, "🚌🚌 Re", "has it.") for article, _, kind in expected if kind == "named"
    }
    assert len(consumer.lines) <= len(expected) + 3  # at each kill one that was written and not yet noted


def test_a_state_answers_one_question_and_a_file_of_something_else_is_left_alone(
    topic: Settings, tmp_path: Path
) -> None:
    publish(topic, [Event(article="a1", version=1, named=True)])
    first = in_python(topic, tmp_path, "--entity", NAME)
    first.start()
    first.wait_for(1)
    first.kill()
    assert _rejected(in_python(topic, tmp_path, "--word", "bus")).endswith("give another --state\n")

    first.state.unlink()
    before = first.output.read_bytes()
    assert _rejected(first).endswith("alerts.jsonl holds something else: give another --output\n")
    assert first.output.read_bytes() == before


def _rejected(consumer: Consumer) -> str:
    """What it says as it ends."""
    ran = subprocess.run(consumer.command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (ran.returncode, ran.stdout) == (1, "")
    return ran.stderr


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
    for one in both:
        one.start()

    told_by_each = []
    for count, who in enumerate((NAME, "the city", NAME, None), 1):
        pipeline.publish_raw([_raw(who), _raw(who)])  # the second: a revision that says the same
        for one in both:
            one.wait_for(count, patience=100)
        told_by_each.append([(one.lines[-1]["kind"], one.lines[-1]["passage"]) for one in both])

    before, after = "l run again from the first of December, ", " said on Thursday, three years after it "
    named = ("named", before + NAME + after)
    assert told_by_each == [
        [named, named],
        [("no-longer-named", None), ("no-longer-named", None)],
        [named, named],
        [("taken-down", None), ("taken-down", None)],
    ]
    assert [len(one.lines) for one in both] == [4, 4]
    assert [line["retracts"] for line in both[0].lines] == [None, 1, None, 3]
    assert {line["article"] for one in both for line in one.lines} == {key_of(URL).decode()}
    assert [one for record in pipeline.read("summaries") for one in _mistakes(record)] == []


def _mistakes(record: Any) -> list[str]:
    """What the AsyncAPI document does not allow in a record as Kafka has it (the prefix is another)."""
    name = "Takedown" if record.value is None else "Article"
    headers = {key: value.decode() for key, value in record.headers}
    payload = json.loads(record.value or b"null")
    return generated.mistakes("summaries", {"name": name, "headers": headers, "payload": payload})


def _raw(who: str | None) -> Raw:
    """A revision of the article, or its takedown."""
    if who is None:
        return Raw(key=URL.encode(), value=None, headers=())
    value = {"url": URL, "text": TEXT.format(who=who)}
    return Raw(key=URL.encode(), value=json.dumps(value).encode())
