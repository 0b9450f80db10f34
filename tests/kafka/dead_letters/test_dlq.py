"""Dead letters on a real broker: listed, shown, replayed and dropped, each resolved once."""

import json
import re
import signal
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import Result

from streams.core.message import Outgoing
from streams.core.pipeline import Pipeline
from streams.core.stage import Reason
from streams.dead_letters.history import dead_offsets
from streams.errors import BrokerError, ConfigError
from streams.kafka.topics import create_topics
from tests.support.commands.dlq import (
    done,
    numbers,
    ok,
    open_dead_letters,
    replayed_orders,
    run,
    settings_of,
    worked_off,
)
from tests.support.kafka.dead_letters import failed_order, write_dead_letters
from tests.support.pipelines.harness import PATIENCE, UnderTest, order, until

pytestmark = pytest.mark.kafka

ACTIONS = {
    "invalid": "spoil",
    "failed": "fail",
    "timed-out": "hang",
    "killed-worker": "die",
    "too-large": "grow",
}


def reasons(dead_letters: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(dead_letter["reason"] for dead_letter in dead_letters))


@pytest.mark.timeout(400)
def test_dead_letters_of_every_reason_are_replayed_when_the_cause_is_gone_or_dropped(
    ready: UnderTest,
) -> None:
    ready.configure(article_seconds=1)
    orders = [order(n, do=do, pad="20000000") for n, do in enumerate([*ACTIONS.values()] * 2)]
    ready.publish([*orders, order(100), order(101)])
    ready.start()
    worked_off(ready)
    ready.workers[-1].send_signal(signal.SIGTERM)
    ready.workers[-1].wait(PATIENCE)

    assert reasons(open_dead_letters(ready)) == dict.fromkeys(ACTIONS, 2)
    assert "10 open: failed 2, invalid 2, killed-worker 2, timed-out 2, too-large 2" in ok(run(ready, "list"))
    failed = open_dead_letters(ready, "--reason", "failed")[0]
    shown = ok(run(ready, "show", "toy", failed["record"]))
    assert "ValueError: order" in shown
    assert "can be replayed" in shown
    assert _without_age(ok(run(ready, "show", failed["record"]))) == _without_age(shown)
    assert ok(run(ready, "show", "toy", str(failed["offset"]), "--value")) == json.dumps(orders[_n(failed)])

    ready.configure(article_seconds=1, work={"fixed": True})
    ready.start()
    for reason in ("failed", "timed-out", "killed-worker"):
        assert ok(run(ready, "replay", "toy", "--reason", reason, "--yes")) == "2 replayed, 0 left open\n"
    worked_off(ready)
    assert reasons(open_dead_letters(ready)) == {"invalid": 2, "too-large": 2}
    assert done(ready) == {1, 2, 3, 6, 7, 8, 100, 101}

    assert ok(run(ready, "drop", "toy", "--reason", "too-large", "--yes")) == "2 dropped, 0 left open\n"
    assert ok(run(ready, "replay", "toy", "--all", "--yes")) == "2 replayed, 0 left open\n"
    worked_off(ready)
    assert ok(run(ready, "list")) == "0 open\n"
    assert done(ready) == {0, 1, 2, 3, 5, 6, 7, 8, 100, 101}
    assert numbers(replayed_orders(ready)) == Counter([0, 1, 2, 3, 5, 6, 7, 8])


def _without_age(printed: str) -> str:
    return re.sub(r"\d+ \w+ ago", "ago", printed)


def _n(dead_letter: dict[str, Any]) -> int:
    return int(dead_letter["key"].removeprefix("k"))


def test_a_resolved_dead_letter_is_reported_and_not_resolved_again(ready: UnderTest) -> None:
    [place] = write_dead_letters(ready, [failed_order(1)])
    ok(run(ready, "replay", "toy", place, "--yes"))
    second = run(ready, "replay", "toy", place, "--yes")

    assert (second.exit_code, second.stdout) == (0, "0 open\n")
    assert second.stderr.startswith(f"{place} was replayed 20")
    assert len(replayed_orders(ready)) == 1


def test_repeats_of_a_dead_letter_are_one_and_a_later_failure_is_another(ready: UnderTest) -> None:
    written: list[Outgoing] = []
    write_dead_letters(ready, [failed_order(1)], lambda record: written.append(record) or record)

    def write_again() -> None:
        with ready.producer() as out:
            [record] = written
            headers = list(record.headers)
            out.send(record.topic, key=record.key, value=record.value, headers=headers).get(PATIENCE)

    write_again()
    assert [dead_letter["offset"] for dead_letter in open_dead_letters(ready)] == [1]
    ok(run(ready, "drop", "toy", "1", "--yes"))
    assert open_dead_letters(ready) == []
    write_again()
    assert [dead_letter["offset"] for dead_letter in open_dead_letters(ready)] == [2]


def test_dead_letters_that_were_resolved_do_not_count_for_the_limit(
    ready: UnderTest, pipeline: Pipeline
) -> None:
    stage, settings = pipeline.stage("toy"), settings_of(ready)
    placed = write_dead_letters(ready, [replace(failed_order(n), partition=1) for n in range(4)])
    assert dead_offsets(settings, stage, pipeline.ledger, most=100) == {1: [0, 1, 2, 3]}
    ok(run(ready, "replay", "toy", placed[1], "--yes"))
    ok(run(ready, "drop", "toy", placed[2], "--yes"))

    assert dead_offsets(settings, stage, pipeline.ledger, most=100) == {1: [0, 3]}


def test_a_worker_that_stopped_at_the_limit_goes_on_once_its_dead_letters_are_replayed(
    toy: UnderTest, pipeline: Pipeline
) -> None:
    toy.configure(dead_run=5)
    create_topics(settings_of(toy), pipeline.all_topics())
    toy.publish([order(n, key="k", do="fail") for n in range(5)])
    worker = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(), "the worker stops")
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE)
    toy.configure(dead_run=5, work={"fixed": True})

    replay = run(toy, "replay", "toy", "--all", "--yes")
    toy.start()
    worked_off(toy)

    assert "continues when restarted: copydesk worker toy" in replay.stderr
    assert done(toy) == set(range(5))
    assert numbers(replayed_orders(toy)) == Counter(range(5))


def test_a_worker_at_the_limit_of_one_partition_reads_nothing_of_the_others_after_a_restart(
    toy: UnderTest, pipeline: Pipeline
) -> None:
    """The records of the others may arrive first, a whole backlog of them."""
    toy.configure(dead_run=5)
    create_topics(settings_of(toy), pipeline.all_topics())
    toy.publish([order(n, key="k", do="fail") for n in range(5)])
    worker = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(), "the worker stops")
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE)
    [at_the_limit] = {record.partition for record in toy.read("order")}
    with toy.producer() as out:
        value = json.dumps(order(6)).encode()
        out.send(toy.topic("order"), key=b"k6", value=value, partition=(at_the_limit + 1) % 4).get(PATIENCE)

    toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(1), "it stops again")

    assert (len(toy.dead_letters()), toy.results()) == (5, [])


def test_filters_select_by_reason_key_feed_and_time(ready: UnderTest) -> None:
    placed = write_dead_letters(
        ready,
        [
            failed_order(1, Reason.INVALID, feed="north"),
            failed_order(2, Reason.FAILED, feed="south"),
            failed_order(3, Reason.FAILED),
        ],
    )

    def selected(*filters: str) -> set[str]:
        return {dead_letter["record"] for dead_letter in open_dead_letters(ready, *filters)}

    assert selected("--reason", "failed") == set(placed[1:])
    assert selected("--reason", "failed", "--reason", "invalid") == set(placed)
    assert selected("--reason", "failed", "--key", "k3") == {placed[2]}
    assert selected("--feed", "north") == {placed[0]}
    assert selected("--since", "1h") == set(placed)
    assert selected("--until", "1h") == set()
    assert selected("--since", "2999-01-01") == set()


def test_nothing_is_done_without_a_selection_and_a_yes(ready: UnderTest) -> None:
    write_dead_letters(ready, [failed_order(1)])
    for verb in ("replay", "drop"):
        with pytest.raises(ConfigError, match=r"which dead letters\? name some, give a filter"):
            raised(run(ready, verb, "toy"))
        with pytest.raises(ConfigError, match="needs --yes"):
            raised(run(ready, verb, "toy", "--all"))
        dry_run = run(ready, verb, "toy", "--all", "--dry-run")
        assert dry_run.stdout.endswith("1 open: failed 1\n")
    with pytest.raises(ConfigError, match="no dead letter is called nowhere/0/0"):
        raised(run(ready, "show", "toy", "nowhere/0/0"))
    assert len(open_dead_letters(ready)) == 1


def test_without_its_topics_dlq_says_what_creates_them(toy: UnderTest, pipeline: Pipeline) -> None:
    toy.configure()
    with pytest.raises(BrokerError, match="is missing; `copydesk topics create` creates what is missing"):
        raised(run(toy, "list", "toy"))


def raised(result: Result) -> None:
    if result.exception is not None:
        raise result.exception
