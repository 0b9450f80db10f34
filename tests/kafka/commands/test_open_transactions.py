"""Records behind an open transaction: no reader can read them yet, and all commands and workers say so."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from kafka import TopicPartition
from kafka.structs import OffsetAndMetadata
from typer.testing import CliRunner, Result

from streams.cli.commands.operating import status
from streams.cli.commands.reading import trace
from streams.cli.commands.topics import list_topics
from streams.core.pipeline import Pipeline
from streams.inspection.status import Status, read_status
from streams.inspection.tail import Sought, tail
from streams.kafka import client, open_transactions
from streams.kafka.transactions import transactional_id
from streams.local.broker.node import Broker
from streams.settings import Settings
from tests.support.articles.newspaper import raw, url
from tests.support.commands.dlq import numbers, ok, open_dead_letters, replayed_orders, run, worked_off
from tests.support.http.probes import QUICK, Scrape, ask, ready, wait_for_lag_updates, watch
from tests.support.kafka.dead_letters import failed_order, write_dead_letters
from tests.support.kafka.toy_group import commit, lag_of, orders
from tests.support.kafka.transactions import open_transaction
from tests.support.pipelines.harness import PATIENCE, UnderTest, order, until
from tests.support.pipelines.news import NewsPipeline, Raw, key_of

pytestmark = pytest.mark.kafka


@pytest.fixture
def news(broker: Broker, prefix: str, tmp_path: Path) -> NewsPipeline:
    """The topics of the pipeline of the project, without workers."""
    pipeline = NewsPipeline(broker.bootstrap_servers, prefix, tmp_path)
    pipeline.set_up()
    return pipeline


def send(producer: Any, place: TopicPartition, *values: bytes) -> None:
    for value in values:
        producer.send(place.topic, key=b"k", value=value, partition=place.partition).get(timeout=PATIENCE)


def records_of(settings: Settings, topic: str) -> object:
    listed = json.loads(shown_by(settings, "--json", command=list_topics))
    return next(row["records"] for row in listed["topics"] if row["name"] == topic)


def test_lag_and_list_count_to_the_end_of_the_log_and_lag_says_how_much_is_held_back(
    settings: Settings, producer: Any
) -> None:
    send(producer, orders(settings), b"1", b"2")
    with open_transaction(
        settings.bootstrap_servers, settings.prefix, (orders(settings), b"x")
    ) as transaction:
        send(producer, orders(settings), b"3", b"4", b"5")
        assert (lag_of(settings).lag, lag_of(settings).held) == (6, 4)
        assert records_of(settings, orders(settings).topic) == 6
        commit(settings, 2)
        assert (lag_of(settings).lag, lag_of(settings).held, lag_of(settings).drained) == (4, 4, False)

        transaction.abort()
        until(lambda: lag_of(settings).held == 0, "the end of the transaction is written")

    assert lag_of(settings).lag == 4, "three records, and the control record after them"
    commit(settings, 6)
    assert lag_of(settings).drained


def test_records_written_without_a_transaction_are_never_held_back(settings: Settings, producer: Any) -> None:
    for number in range(20):
        sent = [producer.send(orders(settings).topic, key=b"k", value=b"%d" % number) for _ in range(20)]
        assert lag_of(settings).held == 0
        sent[-1].get(timeout=PATIENCE)


def test_status_says_who_holds_back_how_much_and_since_when(
    settings: Settings, pipeline: Pipeline, producer: Any
) -> None:
    name = f"{settings.prefix}.elsewhere"
    everywhere = [(TopicPartition(orders(settings).topic, number), b"x") for number in range(4)]
    with open_transaction(settings.bootstrap_servers, name, *everywhere) as transaction:
        send(producer, orders(settings), b"1", b"2")
        held: Status = read_status(settings, pipeline)
        shown = shown_by(settings)
        written = json.loads(shown_by(settings, "--json"))
        transaction.commit()
        until(
            lambda: not read_status(settings, pipeline).transactions, "the end of the transaction is written"
        )
    [after] = read_status(settings, pipeline).stages

    [toy], [held_transaction] = held.stages, held.transactions
    assert (toy.lag, toy.held, toy.sent) == (6, 6, 0)
    assert toy.age is not None
    assert held.reconciliation is not None
    assert held.reconciliation.raw == 0
    assert (held_transaction.topic, held_transaction.records) == (orders(settings).topic, 6)
    assert sorted(held_transaction.partitions) == [0, 1, 2, 3]
    assert held_transaction.transactional_id == name
    assert held_transaction.since is not None
    assert held_transaction.expires is not None
    assert 0 <= held_transaction.since - (held_transaction.expires - 300_000) < 60_000
    assert "0 raw = 0 finished + 0 discarded + 0 dead + 0 removed + 0 waiting" in shown
    assert "up to 6 records are held back by an open transaction since 20" in shown
    assert f"{name} (producer {held_transaction.producer_id}), which Kafka aborts at 20" in shown
    assert written["open_transactions"][0]["transactional_id"] == name
    assert (written["stages"][0]["lag"], written["stages"][0]["held"]) == (6, 6)
    assert (after.lag, after.held) == (10, 0), "six records, and a control record in each partition"


def shown_by(settings: Settings, *arguments: str, command: Callable[..., None] = status) -> str:
    app = typer.Typer()
    app.command()(command)
    address = ["-b", settings.bootstrap_servers, "--prefix", settings.prefix]
    result = CliRunner(env={"COLUMNS": "400"}).invoke(app, [*address, *arguments])
    assert result.exit_code == 0, result.exception
    return result.stdout


def test_a_tail_reports_once_what_it_cannot_show(
    settings: Settings, pipeline: Pipeline, producer: Any
) -> None:
    notes: list[str] = []
    name = transactional_id(settings.prefix, "toy")
    with open_transaction(settings.bootstrap_servers, name, (orders(settings), b"x")) as transaction:
        send(producer, orders(settings), b"1")
        for follow in (False, True):
            notes.clear()
            shown = tail(
                settings,
                pipeline,
                orders(settings).topic,
                Sought(count=2),
                from_start=True,
                follow=follow,
                aside=notes.append,
            )
            if follow:
                transaction.commit()
            assert [record.value for record in shown] == ([b"x", b"1"] if follow else [])
            if not follow:
                [sentence] = notes
                assert "up to 2 records are held back" in sentence
                assert f"{name} (`copydesk dlq` of toy, running or killed)" in sentence


def test_a_worker_behind_an_open_transaction_says_so_and_is_healthy_but_not_ready(
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
        wait_for_lag_updates(toy, 2 * QUICK["stall_seconds"])
        text, scrape = ask(toy, "/readyz")[1], Scrape(toy)
        assert ask(toy, "/healthz") == (200, "ok\n")
        held = scrape.sum("copydesk_held_records", partition="1")
        assert text.startswith(f"an open transaction has held back {held:.0f} records for ")
        assert scrape.sum("copydesk_held_records") == held == scrape.sum("copydesk_lag_records") > 1
        assert scrape.sum("copydesk_held_seconds", partition="1") > QUICK["stall_seconds"]
        assert scrape.sum("copydesk_lag_seconds", partition="1") > QUICK["stall_seconds"]
        transaction.abort()
        worked_off(toy)
        until(lambda: ask(toy, "/readyz")[0] == 200, "it is ready again")
    wait_for_lag_updates(toy, 1)
    assert Scrape(toy).sum("copydesk_held_records") == Scrape(toy).sum("copydesk_held_seconds") == 0
    assert len({result["n"] for result in toy.results()}) == count


def test_a_replay_that_cannot_read_the_ledger_to_its_end_sends_nothing(
    toy: UnderTest, ready: UnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries of an earlier replay are behind the open transaction: its replays would be repeated."""
    write_dead_letters(toy, [failed_order(n) for n in range(3)])
    ledger = TopicPartition(toy.topic("dead.resolved"), 0)
    with open_transaction(toy.bootstrap, f"{toy.prefix}.foreign", (ledger, b"{}")) as transaction:
        replay_without_waiting(toy)
        monkeypatch.setattr(open_transactions, "READABLE_SECONDS", 1.0)
        second = run(toy, "replay", "toy", "--all", "--yes")
        listed = run(toy, "list", "toy")
        assert second.exit_code == 1
        assert f"{toy.prefix}.foreign" in str(second.exception)
        assert str(second.exception).endswith("; nothing is done before that ends")
        assert f"not counted here: {ledger.topic}: up to " in " ".join(listed.stderr.split())
        transaction.abort()

    assert ok(run(toy, "replay", "toy", "--all", "--yes")) in {
        "0 open\n",
        "0 replayed, 0 left open, 3 were resolved meanwhile\n",
    }
    assert numbers(replayed_orders(toy)) == {0: 1, 1: 1, 2: 1}
    assert open_dead_letters(toy) == []


def replay_without_waiting(toy: UnderTest) -> None:
    """A replay by a process that had read the ledger before the transaction started."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streams.dead_letters.resolve.until_readable", lambda *_: None)
        assert ok(run(toy, "replay", "toy", "--all", "--yes")) == "3 replayed, 0 left open\n"


def test_a_trace_finds_records_that_cannot_be_read_yet_and_counts_none_of_them(news: NewsPipeline) -> None:
    first = TopicPartition(news.topic("raw"), 0)
    name = f"{news.prefix}.elsewhere"
    with open_transaction(news.bootstrap, name, (first, raw(1)), key=url(1).encode()) as transaction:
        with news.producer() as out:
            out.send(first.topic, key=url(2).encode(), value=raw(2), partition=0).get(timeout=PATIENCE)
        for article, offset in ((url(1), 0), (url(2), 1), (f"{first.topic}/0/1", 1)):
            story = traced(news, article)
            assert (story["now"], story["revisions"], story["current"]) == ("held", [], None)
            assert [record["place"] for record in story["held"]] == [f"{first.topic}/0/{offset}"]
            assert name in story["held"][0]["transaction"]
        transaction.abort()
        until(lambda: not news.status().transactions, "the end of the transaction is written")

    assert traced(news, url(2))["now"] == "waiting"
    assert traced(news, url(2))["held"] == []
    assert "nothing is known of" in str(trace_of(news, url(1)).exception)


def test_a_result_that_cannot_be_read_yet_is_a_step_that_is_held(news: NewsPipeline) -> None:
    [origin] = news.publish_raw([Raw(value=raw(3), key=url(3).encode())])
    partition = TopicPartition(news.topic("raw"), int(origin.split("/")[1]))
    group = news.pipeline.stage("clean").group
    with client.admin(news.settings) as admin:
        admin.alter_group_offsets(group, {partition: OffsetAndMetadata(1, "", -1)})
    clean = news.topic("clean")
    everywhere = [(TopicPartition(clean, number), b"{}") for number in range(4)]
    with open_transaction(news.bootstrap, f"{news.prefix}.elsewhere", *everywhere):
        with news.producer() as out:
            headers = [("copydesk_raw", origin.encode())]
            out.send(clean, key=key_of(url(3)), value=b"{}", headers=headers).get(timeout=PATIENCE)
        story = traced(news, url(3))

    [revision] = story["revisions"]
    assert [(step["stage"], step["outcome"]) for step in revision["steps"]] == [("clean", "held")]
    assert story["now"] == "held"


def traced(pipeline: NewsPipeline, article: str) -> dict[str, Any]:
    report = trace_of(pipeline, article, "--json")
    assert report.exit_code == 0, report.exception
    return dict(json.loads(report.stdout))


def trace_of(pipeline: NewsPipeline, *arguments: str) -> Result:
    app = typer.Typer()
    app.command()(trace)
    return CliRunner(env=pipeline.config).invoke(app, arguments)
