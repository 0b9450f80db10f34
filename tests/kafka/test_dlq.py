"""Dead letters on a real broker: listed, shown, replayed and dropped, each handled once."""

import asyncio
import json
import signal
import subprocess
from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from typer.testing import CliRunner, Result

from streams import client, envelope
from streams.admin import create_topics
from streams.cli.dlq import dlq
from streams.dead_letters.history import dead_offsets
from streams.dead_letters.ledger import read_ledger
from streams.dead_letters.letter import by_reference
from streams.desk import Desk, load_desk
from streams.ending import TRY_AGAIN
from streams.errors import BrokerError, ConfigError
from streams.lag import group_lags
from streams.message import Outgoing
from streams.scan import as_message
from streams.settings import Settings, load_settings
from streams.stage import Reason
from tests.kafka.harness import PATIENCE, UnderTest, header, order, until
from tests.kafka.letters import Died, bury, order_that_died

pytestmark = pytest.mark.kafka

DEEDS = {
    "invalid": "spoil",
    "failed": "fail",
    "timed-out": "hang",
    "killed-worker": "die",
    "too-large": "grow",
}


@pytest.fixture
def desk(toydesk: None) -> Desk:
    """The toy desk, for readers in this process."""
    return load_desk(load_settings(desk="toydesk"))


@pytest.fixture
def ready(toy: UnderTest, desk: Desk) -> UnderTest:
    """The toy desk with its topics and no worker."""
    toy.configure()
    create_topics(settings_of(toy), desk.all_topics())
    return toy


def settings_of(toy: UnderTest) -> Settings:
    return load_settings(bootstrap_servers=toy.bootstrap, prefix=toy.prefix, desk="toydesk", partitions=4)


def run(toy: UnderTest, *arguments: str) -> Result:
    """`copydesk dlq ...` in this process."""
    environment = {"COPYDESK_CONFIG": str(toy.folder / "copydesk.toml"), "COLUMNS": "200"}
    return CliRunner(env=environment).invoke(dlq, arguments)


def open_letters(toy: UnderTest, *filters: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ok(run(toy, "list", "toy", "--json", *filters)).splitlines()]


def ok(made: Result) -> str:
    assert made.exit_code == 0, (made.stderr, made.exception)
    return made.stdout


def replayed(toy: UnderTest) -> list[Any]:
    """What was sent again to the topic that the stage reads."""
    return [one for one in toy.read("order") if header(one, "copydesk_raw")]


def numbers(records: list[Any]) -> Counter[int]:
    return Counter(json.loads(one.value)["n"] for one in records)


def worked_off(toy: UnderTest) -> None:
    """Wait until all is acknowledged; the ends of transactions are never read.

    A child that an article kills may take the pool with it; then the worker ends, a minute later at the
    latest, and is started anew.
    """
    reads = {f"copydesk.{toy.prefix}.toy": toy.topic("order")}

    def drained() -> bool:
        if toy.workers[-1].poll() == TRY_AGAIN:
            toy.start()
        with client.admin(settings_of(toy)) as admin, client.consumer(settings_of(toy)) as reader:
            return group_lags(admin, reader, reads)[0].drained

    until(drained, "all is worked off", 110)


def reasons(letters: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(one["reason"] for one in letters))


@pytest.mark.timeout(400)
def test_letters_of_every_reason_are_replayed_when_the_cause_is_gone_or_dropped(ready: UnderTest) -> None:
    ready.configure(article_seconds=1)
    orders = [order(n, do=do, pad="20000000") for n, do in enumerate([*DEEDS.values()] * 2)]
    ready.publish([*orders, order(100), order(101)])
    ready.start()
    worked_off(ready)
    ready.workers[-1].send_signal(signal.SIGTERM)
    ready.workers[-1].wait(PATIENCE)

    assert reasons(open_letters(ready)) == dict.fromkeys(DEEDS, 2)
    assert "10 open: failed 2, invalid 2, killed-worker 2, timed-out 2, too-large 2" in ok(run(ready, "list"))
    one = open_letters(ready, "--reason", "failed")[0]
    shown = ok(run(ready, "show", "toy", one["record"]))
    assert "ValueError: order" in shown
    assert "can be replayed" in shown
    assert ok(run(ready, "show", "toy", str(one["offset"]), "--value")) == json.dumps(orders[_n(one)])

    ready.configure(article_seconds=1, work={"mended": True})
    ready.start()
    for reason in ("failed", "timed-out", "killed-worker"):
        assert ok(run(ready, "replay", "toy", "--reason", reason, "--yes")) == "2 replayed, 0 left open\n"
    worked_off(ready)
    assert reasons(open_letters(ready)) == {"invalid": 2, "too-large": 2}
    assert done(ready) == {1, 2, 3, 6, 7, 8, 100, 101}

    assert ok(run(ready, "drop", "toy", "--reason", "too-large", "--yes")) == "2 dropped, 0 left open\n"
    assert ok(run(ready, "replay", "toy", "--all", "--yes")) == "2 replayed, 0 left open\n"
    worked_off(ready)
    assert ok(run(ready, "list")) == "0 open\n"
    assert done(ready) == {0, 1, 2, 3, 5, 6, 7, 8, 100, 101}
    assert numbers(replayed(ready)) == Counter([0, 1, 2, 3, 5, 6, 7, 8])


def done(toy: UnderTest) -> set[int]:
    """The orders that were carried out. A worker that is too slow for its group repeats some."""
    return {result["n"] for result in toy.results()}


def _n(letter: dict[str, Any]) -> int:
    return int(letter["key"].removeprefix("k"))


def test_a_replay_that_is_killed_again_and_again_sends_every_letter_once(
    ready: UnderTest, desk: Desk
) -> None:
    """`kill -9` with a transaction open, and at any other time."""
    number, choice = 1000, Random(7)
    bury(ready, desk.stage("toy"), (order_that_died(n, pad="x" * 2000) for n in range(number)))
    killed = 0
    while not killed_after(ready, choice.randrange(1, 250)):
        killed += 1

    assert killed >= 3
    assert numbers(replayed(ready)) == Counter(range(number))
    assert open_letters(ready) == []
    with client.consumer(settings_of(ready)) as reader:
        places = {one.to for one in read_ledger(reader, ready.topic("dead.resolved")).values()}
    assert places == {as_message(one).coordinates for one in replayed(ready)}


def killed_after(toy: UnderTest, more: int) -> bool:
    """Replay all, killed once so many more are done; whether it came to its end before."""
    ledger = TopicPartition(toy.topic("dead.resolved"), 0)
    with toy.consumer() as reader:
        before = reader.end_offsets([ledger])[ledger]
        process = subprocess.Popen(replay_all(toy), env=toy._environment())
        until(
            lambda: process.poll() is not None or reader.end_offsets([ledger])[ledger] > before + more,
            "some are replayed, or all",
        )
    process.kill()
    return process.wait() == 0


def replay_all(toy: UnderTest) -> list[str]:
    return toy._command("dlq", "replay", "toy", "--all", "--yes")


def test_two_who_replay_at_once_send_every_letter_once(ready: UnderTest, desk: Desk) -> None:
    bury(ready, desk.stage("toy"), (order_that_died(n, pad="x" * 2000) for n in range(1000)))
    both = [
        subprocess.Popen(replay_all(ready), env=ready._environment(), stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=PATIENCE)[1] for one in both]

    assert numbers(replayed(ready)) == Counter(range(1000))
    assert 0 in [one.returncode for one in both]
    for one, words in zip(both, said, strict=True):
        if one.returncode:
            assert words.startswith("copydesk: another process has begun as copydesk.")
            assert len(words.splitlines()) == 1


def test_a_replayed_record_is_the_one_that_died(ready: UnderTest, desk: Desk) -> None:
    """Key, bytes, headers, partition, and what later stages make its `ce_id` and version of."""
    given = [
        Died(value=b"\xff\x00", key=None, headers=[("x", b"1"), ("x", b"2"), ("copydesk_raw", b"nonsense")]),
        Died(value=None, key=b"\xfe", partition=3),
        Died(value=b"{}", key=b"k", headers=[("ce_id", b"7"), ("ce_source", b"/s")], partition=2),
    ]
    placed = bury(ready, desk.stage("toy"), given)
    before = {as_message(one).coordinates: as_message(one) for one in ready.read("order")}
    ok(run(ready, "replay", "toy", "--all", "--yes"))

    after = {
        envelope.origin(message).raw: message
        for message in map(as_message, ready.read("order"))
        if message.coordinates not in before
    }
    assert sorted(after) == sorted(placed)
    for place, replayed in after.items():
        died = before[place]
        assert (replayed.key, replayed.value, replayed.partition) == (died.key, died.value, died.partition)
        assert replayed.headers[: len(died.headers)] == died.headers
        assert {name for name, _ in replayed.headers} - {name for name, _ in died.headers} <= {
            *("copydesk_raw", "copydesk_received")
        }
        assert envelope.origin(replayed) == envelope.origin(died)


async def test_a_header_without_a_value_comes_back_too(ready: UnderTest, desk: Desk) -> None:
    headers = [("empty", None), ("copydesk_reason", b"failed")]
    async with AIOKafkaProducer(bootstrap_servers=ready.bootstrap) as out:
        await out.send_and_wait(ready.topic("dead.toy"), b"{}", key=b"k", headers=headers)

    replay = await asyncio.to_thread(run, ready, "replay", "toy", "--all", "--yes")

    assert ok(replay) == "1 replayed, 0 left open\n"
    [sent] = ready.read("order")
    assert (sent.key, sent.value, sent.headers) == (b"k", b"{}", [("empty", None)])


def test_a_letter_older_than_a_takedown_of_its_article_stays_open(ready: UnderTest, desk: Desk) -> None:
    """Whether the takedown has gone through, or is still on its way."""
    died = [order_that_died(1), order_that_died(2), order_that_died(3)]
    placed = bury(ready, desk.stage("toy"), died)
    with ready.producer() as out:
        version = f"{9 * 10**12:016d}-{9 * 10**12:016d}-{0:06d}-{0:020d}".encode()
        out.send(ready.topic("result"), key=b"k1", headers=[("copydesk_version", version)]).get(PATIENCE)
        out.send(ready.topic("order"), key=b"k2").get(PATIENCE)
    shown = ok(run(ready, "show", "toy", placed[0]))
    made = run(ready, "replay", "toy", "--all", "--yes")

    assert "its article was taken down since" in shown
    assert (made.exit_code, made.stdout) == (1, "1 replayed, 2 left open\n")
    assert sorted(made.stderr.splitlines()) == sorted(
        f"left open  {place}: its article was taken down since" for place in placed[:2]
    )
    assert {one["record"] for one in open_letters(ready)} == set(placed[:2])
    assert ok(run(ready, "drop", "toy", *placed[:2], "--yes")) == "2 dropped, 0 left open\n"
    assert open_letters(ready) == []


def test_an_older_takedown_hinders_no_newer_letter(ready: UnderTest, desk: Desk) -> None:
    with ready.producer() as out:
        out.send(ready.topic("order"), key=b"k1").get(PATIENCE)
    bury(ready, desk.stage("toy"), [order_that_died(1)])
    assert ok(run(ready, "replay", "toy", "--all", "--yes")) == "1 replayed, 0 left open\n"


def test_a_letter_without_a_value_sends_the_record_it_speaks_of(ready: UnderTest, desk: Desk) -> None:
    stage = desk.stage("toy")
    first, second = bury(ready, stage, [order_that_died(1, pad="x" * 9), order_that_died(2)], by_reference)
    gone = bury(ready, stage, [order_that_died(3)], lambda made: _of_nowhere(by_reference(made)))
    [letter] = open_letters(ready, "--key", "k1")
    assert letter["by_reference"]
    value = json.dumps({"id": "k1", "n": 1, "pad": "x" * 9})
    assert (letter["size"], ok(run(ready, "show", "toy", first, "--value"))) == (len(value), value)

    made = run(ready, "replay", "toy", "--all", "--yes")

    assert (made.exit_code, made.stdout) == (1, "2 replayed, 1 left open\n")
    assert "its record is no longer kept, and the letter holds no copy" in made.stderr
    assert numbers(replayed(ready)) == Counter([1, 2])
    assert (len(gone), second) == (1, second)


def _of_nowhere(made: Outgoing) -> Outgoing:
    name = "__connect.errors.offset"
    return replace(
        made, headers=tuple((key, b"4711" if key == name else value) for key, value in made.headers)
    )


def test_a_record_that_its_topic_no_longer_takes_stays_open_and_the_others_go(
    ready: UnderTest, desk: Desk
) -> None:
    digits = Random(1).randbytes(700_000).hex()
    died = [order_that_died(n, pad=digits if n == 3 else "") for n in range(8)]
    placed = bury(ready, desk.stage("toy"), died)
    smaller = {"max.message.bytes": "300000"}
    with client.admin(settings_of(ready)) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, ready.topic("order"), smaller)])

    made = run(ready, "replay", "toy", "--all", "--yes")

    assert (made.exit_code, made.stdout) == (1, "7 replayed, 1 left open\n")
    assert made.stderr == f"left open  {placed[3]}: {ready.topic('order')} does not take so large a record\n"
    assert numbers(replayed(ready)) == Counter([0, 1, 2, 4, 5, 6, 7])


def test_a_record_that_dies_again_is_a_new_letter_that_says_so(ready: UnderTest) -> None:
    ready.publish([order(1, do="fail")])
    ready.start()
    worked_off(ready)
    ok(run(ready, "replay", "toy", "--all", "--yes"))
    worked_off(ready)

    [letter] = open_letters(ready)
    assert letter["again"]
    assert letter["raw"] != letter["record"]
    assert "(again)" in ok(run(ready, "list"))


def test_a_letter_that_was_seen_to_is_told_and_not_handled_twice(ready: UnderTest, desk: Desk) -> None:
    [place] = bury(ready, desk.stage("toy"), [order_that_died(1)])
    ok(run(ready, "replay", "toy", place, "--yes"))
    again = run(ready, "replay", "toy", place, "--yes")

    assert (again.exit_code, again.stdout) == (0, "0 open\n")
    assert again.stderr.startswith(f"{place} was replayed 20")
    assert len(replayed(ready)) == 1


def test_repeats_of_a_letter_are_one_and_a_later_death_is_another(ready: UnderTest, desk: Desk) -> None:
    twice: list[Outgoing] = []
    bury(ready, desk.stage("toy"), [order_that_died(1)], lambda made: twice.append(made) or made)

    def bury_again() -> None:
        with ready.producer() as out:
            [made] = twice
            out.send(made.topic, key=made.key, value=made.value, headers=list(made.headers)).get(PATIENCE)

    bury_again()
    assert [one["offset"] for one in open_letters(ready)] == [1]
    ok(run(ready, "drop", "toy", "1", "--yes"))
    assert open_letters(ready) == []
    bury_again()
    assert [one["offset"] for one in open_letters(ready)] == [2]


def test_letters_that_were_seen_to_do_not_count_for_the_limit(ready: UnderTest, desk: Desk) -> None:
    stage, settings = desk.stage("toy"), settings_of(ready)
    placed = bury(ready, stage, [replace(order_that_died(n), partition=1) for n in range(4)])
    assert dead_offsets(settings, stage, desk.ledger, most=100) == {1: [0, 1, 2, 3]}
    ok(run(ready, "replay", "toy", placed[1], "--yes"))
    ok(run(ready, "drop", "toy", placed[2], "--yes"))

    assert dead_offsets(settings, stage, desk.ledger, most=100) == {1: [0, 3]}


def test_a_worker_that_stopped_at_the_limit_goes_on_once_its_letters_are_replayed(
    toy: UnderTest, desk: Desk
) -> None:
    toy.configure(dead_run=5)
    create_topics(settings_of(toy), desk.all_topics())
    toy.publish([order(n, key="k", do="fail") for n in range(5)])
    worker = toy.start()
    until(lambda: "stopped at the dead-letter limit" in toy.log(), "the worker stands still")
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE)
    toy.configure(dead_run=5, work={"mended": True})

    said = run(toy, "replay", "toy", "--all", "--yes")
    toy.start()
    worked_off(toy)

    assert "goes on when it is started anew: copydesk worker toy" in said.stderr
    assert done(toy) == set(range(5))
    assert numbers(replayed(toy)) == Counter(range(5))


def test_filters_choose_by_reason_key_feed_and_time(ready: UnderTest, desk: Desk) -> None:
    stage = desk.stage("toy")
    placed = bury(
        ready,
        stage,
        [
            order_that_died(1, Reason.INVALID, feed="north"),
            order_that_died(2, Reason.FAILED, feed="south"),
            order_that_died(3, Reason.FAILED),
        ],
    )

    def chosen(*filters: str) -> set[str]:
        return {one["record"] for one in open_letters(ready, *filters)}

    assert chosen("--reason", "failed") == set(placed[1:])
    assert chosen("--reason", "failed", "--reason", "invalid") == set(placed)
    assert chosen("--reason", "failed", "--key", "k3") == {placed[2]}
    assert chosen("--feed", "north") == {placed[0]}
    assert chosen("--since", "1h") == set(placed)
    assert chosen("--until", "1h") == set()
    assert chosen("--since", "2999-01-01") == set()


def test_nothing_is_done_without_a_choice_and_a_yes(ready: UnderTest, desk: Desk) -> None:
    bury(ready, desk.stage("toy"), [order_that_died(1)])
    for verb in ("replay", "drop"):
        with pytest.raises(ConfigError, match=r"which letters\? name some, give a filter"):
            raised(run(ready, verb, "toy"))
        with pytest.raises(ConfigError, match="needs --yes"):
            raised(run(ready, verb, "toy", "--all"))
        dry = run(ready, verb, "toy", "--all", "--dry-run")
        assert dry.stdout.endswith("1 open: failed 1\n")
    with pytest.raises(ConfigError, match="no letter is called nowhere/0/0"):
        raised(run(ready, "show", "toy", "nowhere/0/0"))
    assert len(open_letters(ready)) == 1


def test_without_its_topics_it_says_what_makes_them(toy: UnderTest, desk: Desk) -> None:
    toy.configure()
    with pytest.raises(BrokerError, match="is missing; `copydesk topics create` makes what is missing"):
        raised(run(toy, "list", "toy"))


def raised(made: Result) -> None:
    if made.exception is not None:
        raise made.exception
