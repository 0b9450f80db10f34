"""Records behind an open transaction: they are there, nobody can read them, and each part says so."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata
from typer.testing import CliRunner, Result

from streams.cli.status import status
from streams.cli.topics import list_topics
from streams.cli.trace import trace
from streams.core.pipeline import Pipeline, group_name, load_pipeline
from streams.inspection.status import Status, read_status
from streams.inspection.tail import Sought, tail
from streams.kafka import client, open_transactions
from streams.kafka.lag import GroupLag, group_lags
from streams.kafka.topics import create_topics
from streams.kafka.transactions import transactional_id
from streams.local.broker.node import Broker
from streams.settings import Settings
from tests.support.dead_letters import order_that_died, write_dead_letters
from tests.support.dlq import numbers, ok, open_dead_letters, run, sent_again, worked_off
from tests.support.harness import PATIENCE, UnderTest, order, until
from tests.support.news_pipeline import NewsPipeline, Raw, key_of
from tests.support.newspaper import raw, url
from tests.support.transactions import open_transaction
from tests.support.watching import QUICK, Scrape, ask, looked_on, ready, watch

pytestmark = pytest.mark.kafka


@pytest.fixture
def topics(settings: Settings, pipeline: Pipeline) -> Settings:
    """Settings of a toy pipeline whose topics are there."""
    create_topics(settings, pipeline.all_topics())
    return settings


@pytest.fixture
def producer(topics: Settings) -> Iterator[Any]:
    with client.producer(topics) as producer:
        yield producer


def orders(settings: Settings) -> TopicPartition:
    return TopicPartition(f"{settings.prefix}.order", 0)


def send(producer: Any, place: TopicPartition, *values: bytes) -> None:
    for value in values:
        producer.send(place.topic, key=b"k", value=value, partition=place.partition).get(timeout=PATIENCE)


def commit(settings: Settings, offset: int) -> None:
    with client.admin(settings) as admin:
        admin.alter_group_offsets(
            group_name(settings.prefix, "toy"), {orders(settings): OffsetAndMetadata(offset, "", -1)}
        )


def lag_of(settings: Settings) -> GroupLag:
    reads = {group_name(settings.prefix, "toy"): orders(settings).topic}
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        [lag] = group_lags(admin, reader, reads)
    return lag


def records_of(settings: Settings, topic: str) -> object:
    listed = json.loads(shown_by(settings, "--json", command=list_topics))
    return next(row["records"] for row in listed["topics"] if row["name"] == topic)


def test_the_list_of_topics_counts_what_is_held_back(topics: Settings, producer: Any) -> None:
    send(producer, orders(topics), b"1", b"2")
    with open_transaction(topics.bootstrap_servers, topics.prefix, (orders(topics), b"x")):
        send(producer, orders(topics), b"3")
        assert records_of(topics, orders(topics).topic) == 4


def test_lag_counts_to_the_end_of_the_log_and_what_is_held_back_of_it(
    topics: Settings, producer: Any
) -> None:
    send(producer, orders(topics), b"1", b"2")
    with open_transaction(topics.bootstrap_servers, topics.prefix, (orders(topics), b"x")) as transaction:
        send(producer, orders(topics), b"3", b"4", b"5")
        assert (lag_of(topics).lag, lag_of(topics).held) == (6, 4)
        commit(topics, 2)
        assert (lag_of(topics).lag, lag_of(topics).held, lag_of(topics).drained) == (4, 4, False)

        transaction.abort()
        until(lambda: lag_of(topics).held == 0, "its end is written")

    assert lag_of(topics).lag == 4, "three, and the control record behind them"
    commit(topics, 6)
    assert lag_of(topics).drained


def test_what_is_appended_at_any_time_without_a_transaction_is_never_held_back(
    topics: Settings, producer: Any
) -> None:
    for number in range(20):
        sent = [producer.send(orders(topics).topic, key=b"k", value=b"%d" % number) for _ in range(20)]
        assert lag_of(topics).held == 0
        sent[-1].get(timeout=PATIENCE)


def test_status_says_who_holds_back_how_much_and_since_when(topics: Settings, producer: Any) -> None:
    name = f"{topics.prefix}.elsewhere"
    everywhere = [(TopicPartition(orders(topics).topic, one), b"x") for one in range(4)]
    with open_transaction(topics.bootstrap_servers, name, *everywhere) as transaction:
        send(producer, orders(topics), b"1", b"2")
        held: Status = read_status(topics, load(topics))
        shown = shown_by(topics)
        written = json.loads(shown_by(topics, "--json"))
        transaction.commit()
        until(lambda: not read_status(topics, load(topics)).transactions, "its end is written")
    [after] = read_status(topics, load(topics)).stages

    [toy], [one] = held.stages, held.transactions
    assert (toy.lag, toy.held, toy.sent) == (6, 6, 0)
    assert toy.age is not None
    assert held.reconciliation is not None
    assert held.reconciliation.raw == 0
    assert (one.topic, sorted(one.partitions), one.records) == (orders(topics).topic, [0, 1, 2, 3], 6)
    assert one.transactional_id == name
    assert one.since is not None
    assert one.expires is not None
    assert 0 <= one.since - (one.expires - 300_000) < 60_000
    assert "up to 6 records are held back by an open transaction since 20" in shown
    assert f"{name} (producer {one.producer_id}), which Kafka aborts at 20" in shown
    assert written["open_transactions"][0]["transactional_id"] == name
    assert (written["stages"][0]["lag"], written["stages"][0]["held"]) == (6, 6)
    assert (after.lag, after.held) == (10, 0), "six, and a control record in each partition"


def load(settings: Settings) -> Pipeline:
    return load_pipeline(settings.model_copy(update={"pipeline": "toy_pipeline"}))


def shown_by(settings: Settings, *arguments: str, command: Callable[..., None] = status) -> str:
    app = typer.Typer()
    app.command()(command)
    address = ["-b", settings.bootstrap_servers, "--prefix", settings.prefix]
    made = CliRunner(env={"COLUMNS": "400"}).invoke(app, [*address, *arguments])
    assert made.exit_code == 0, made.exception
    return made.stdout


def test_a_tail_tells_once_what_it_cannot_show(topics: Settings, pipeline: Pipeline, producer: Any) -> None:
    said: list[str] = []
    name = transactional_id(topics.prefix, "toy")
    with open_transaction(topics.bootstrap_servers, name, (orders(topics), b"x")) as transaction:
        send(producer, orders(topics), b"1")
        for follow in (False, True):
            said.clear()
            shown = tail(
                topics,
                pipeline,
                orders(topics).topic,
                Sought(count=2),
                from_start=True,
                follow=follow,
                aside=said.append,
            )
            if follow:
                transaction.commit()
            assert [one.value for one in shown] == ([b"x", b"1"] if follow else [])
            if not follow:
                [sentence] = said
                assert "up to 2 records are held back" in sentence
                assert f"{name} (`copydesk dlq` of toy, at work or killed)" in sentence


def test_a_worker_behind_an_open_transaction_says_so_and_is_not_ready_and_healthy(
    toy: UnderTest, port: int
) -> None:
    watch(toy, port)
    toy.configure(**QUICK)
    toy.create_topics()
    toy.start()
    ready(toy)
    place = TopicPartition(toy.topic("order"), 1)
    with open_transaction(toy.bootstrap, toy.prefix, (place, b'{"id": "k", "n": -1}')) as transaction:
        count = toy.publish([order(n) for n in range(40)])
        until(lambda: ask(toy, "/readyz")[0] == 503, "it is not ready")
        looked_on(toy, 2 * QUICK["stall_seconds"])
        why, scrape = ask(toy, "/readyz")[1], Scrape(toy)
        assert ask(toy, "/healthz") == (200, "ok\n")
        held = scrape.sum("copydesk_held_records", partition="1")
        assert why.startswith(f"an open transaction has held back {held:.0f} records for ")
        assert scrape.sum("copydesk_held_records") == held == scrape.sum("copydesk_lag_records") > 1
        assert scrape.sum("copydesk_held_seconds", partition="1") > QUICK["stall_seconds"]
        assert scrape.sum("copydesk_lag_seconds", partition="1") > QUICK["stall_seconds"]
        transaction.abort()
        worked_off(toy)
        until(lambda: ask(toy, "/readyz")[0] == 200, "it is ready again")
    looked_on(toy, 1)
    assert Scrape(toy).sum("copydesk_held_records") == Scrape(toy).sum("copydesk_held_seconds") == 0
    assert len({one["n"] for one in toy.results()}) == count


def test_a_replay_that_cannot_read_the_ledger_to_its_end_sends_nothing(
    toy: UnderTest, pipeline: Pipeline, ready: UnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind the open transaction stands what an earlier replay has done: it would be done again."""
    write_dead_letters(toy, pipeline.stage("toy"), [order_that_died(n) for n in range(3)])
    ledger = TopicPartition(toy.topic("dead.resolved"), 0)
    with open_transaction(toy.bootstrap, f"{toy.prefix}.foreign", (ledger, b"{}")) as transaction:
        until_replayed(toy)
        monkeypatch.setattr(open_transactions, "READABLE_SECONDS", 1.0)
        again = run(toy, "replay", "toy", "--all", "--yes")
        listed = run(toy, "list", "toy")
        assert again.exit_code == 1
        assert f"{toy.prefix}.foreign" in str(again.exception)
        assert str(again.exception).endswith("; nothing is done before that ends")
        assert f"not counted here: {ledger.topic}: up to " in " ".join(listed.stderr.split())
        transaction.abort()

    assert ok(run(toy, "replay", "toy", "--all", "--yes")) in {
        "0 open\n",
        "0 replayed, 0 left open, 3 were resolved meanwhile\n",
    }
    assert numbers(sent_again(toy)) == {0: 1, 1: 1, 2: 1}
    assert open_dead_letters(toy) == []


def until_replayed(toy: UnderTest) -> None:
    """Somebody's replay that had read the ledger before that transaction began."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.dead_letters.resolve.until_readable", lambda *_: None)
        assert ok(run(toy, "replay", "toy", "--all", "--yes")) == "3 replayed, 0 left open\n"


def test_a_trace_finds_what_cannot_be_read_yet_and_counts_nothing_of_it(
    broker: Broker, prefix: str, tmp_path: Path
) -> None:
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path)
    pipeline.set_up()
    first = TopicPartition(pipeline.topic("raw"), 0)
    name = f"{prefix}.elsewhere"
    with open_transaction(pipeline.bootstrap, name, (first, raw(1)), key=url(1).encode()) as transaction:
        with pipeline.producer() as out:
            out.send(first.topic, key=url(2).encode(), value=raw(2), partition=0).get(timeout=PATIENCE)
        for article, offset in ((url(1), 0), (url(2), 1), (f"{first.topic}/0/1", 1)):
            story = traced(pipeline, article)
            assert (story["now"], story["revisions"], story["stands"]) == ("held", [], None)
            assert [one["place"] for one in story["held"]] == [f"{first.topic}/0/{offset}"]
            assert name in story["held"][0]["transaction"]
        transaction.abort()
        until(lambda: not pipeline.status().transactions, "its end is written")

    assert traced(pipeline, url(2))["now"] == "waiting"
    assert traced(pipeline, url(2))["held"] == []
    assert "nothing is known of" in str(trace_of(pipeline, url(1)).exception)


def test_a_result_that_cannot_be_read_yet_is_a_step_that_is_held(
    broker: Broker, prefix: str, tmp_path: Path
) -> None:
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path)
    pipeline.set_up()
    [came] = pipeline.publish_raw([Raw(value=raw(3), key=url(3).encode())])
    partition = TopicPartition(pipeline.topic("raw"), int(came.split("/")[1]))
    with client.admin(pipeline.settings) as admin:
        admin.alter_group_offsets(group_name(prefix, "clean"), {partition: OffsetAndMetadata(1, "", -1)})
    with open_transaction(
        pipeline.bootstrap,
        f"{prefix}.elsewhere",
        *((TopicPartition(pipeline.topic("clean"), n), b"{}") for n in range(4)),
    ):
        with pipeline.producer() as out:
            headers = [("copydesk_raw", came.encode())]
            out.send(pipeline.topic("clean"), key=key_of(url(3)), value=b"{}", headers=headers).get(
                timeout=PATIENCE
            )
        story = traced(pipeline, url(3))

    [revision] = story["revisions"]
    assert [(one["stage"], one["outcome"]) for one in revision["steps"]] == [("clean", "held")]
    assert story["now"] == "held"


def traced(pipeline: NewsPipeline, article: str) -> dict[str, Any]:
    report = trace_of(pipeline, article, "--json")
    assert report.exit_code == 0, report.exception
    return dict(json.loads(report.stdout))


def trace_of(pipeline: NewsPipeline, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(trace)
    return CliRunner(env=pipeline.config).invoke(app, arguments)
