"""What a terminal shows while pages are published: from the first confirmation to Ctrl-C or an outage."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from streams.local.broker.node import Broker
from tests.support.pipelines.harness import UnderTest
from tests.support.terminal.faults import faults
from tests.support.terminal.session import CTRL_C, Session, copydesk

pytestmark = pytest.mark.kafka

CONFIRMED = re.compile(r"[1-9][\d,]* of 60,000 records")
INTERRUPTED = re.compile(
    r"copydesk: interrupted: Kafka has confirmed ([\d,]+) records, up to orders\.jsonl line [\d]+;"
    r" publish the rest again, a repeat does no harm"
)


@pytest.fixture
def orders(toy: UnderTest) -> UnderTest:
    """A topic of orders."""
    toy.configure()
    toy.create_topics()
    return toy


def lines(folder: Path, count: int) -> None:
    text = (json.dumps({"id": f"k{n}", "n": n, "pad": "The ferry will run again."}) for n in range(count))
    (folder / "orders.jsonl").write_text("\n".join(text) + "\n")


def publish(toy: UnderTest, columns: int, *more: str) -> Session:
    arguments = ("publish", "orders.jsonl", "--topic", "order", *more)
    return copydesk(*arguments, columns=columns, environment=toy.variables, folder=toy.folder)


def words(session: Session) -> str:
    """What is left on the screen, without the breaks."""
    return " ".join(session.screen.rows())


@pytest.mark.parametrize("columns", [80, 120])
def test_pages_are_counted_as_kafka_confirms_them(orders: UnderTest, columns: int) -> None:
    lines(orders.folder, 60_000)  # long enough that a busy machine shows the count more than once
    with publish(orders, columns) as session:
        assert session.end() == 0
    assert any(CONFIRMED.search(row) for row in session.screen.seen)
    assert any(" s left" in row for row in session.screen.seen)
    counts, *where_to_look = session.screen.rows()
    assert counts.startswith("60,000 published, 0 failed, ")
    assert " ".join(where_to_look) == "what becomes of it: copydesk status; copydesk tail result"
    assert faults(session) == []


def test_ctrl_c_says_how_many_records_kafka_has(orders: UnderTest) -> None:
    lines(orders.folder, 300_000)
    with publish(orders, 80) as session:
        session.wait_for("s left")
        session.type(CTRL_C)
        assert session.end() == 130
    sentence = INTERRUPTED.fullmatch(words(session).removeprefix("^C"))
    assert sentence, session.screen.rows()
    # Ctrl-C may come after a record is sent and before that is noted.
    assert len(orders.read("order")) - int(sentence[1].replace(",", "")) in (0, 1)
    assert faults(session) == []


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path / "kafka") as node:
        yield node


def test_a_kafka_that_is_silent_is_shown_and_ctrl_c_ends_it(own_broker: Broker, tmp_path: Path) -> None:
    orders = UnderTest(own_broker.bootstrap_servers, "news", tmp_path)
    orders.configure()
    orders.create_topics()
    lines(tmp_path, 300_000)
    with publish(orders, 80) as session:
        session.wait_for("s left")
        psutil.Process(own_broker.pid).send_signal(signal.SIGSTOP)
        session.wait_for("no answer from Kafka for 3 s")
        session.type(CTRL_C)
        assert session.end() == 130
    assert INTERRUPTED.fullmatch(words(session).removeprefix("^C")), session.screen.rows()
    assert faults(session) == []


def test_a_kafka_that_is_killed_is_shown_and_ctrl_c_ends_it(own_broker: Broker, tmp_path: Path) -> None:
    orders = UnderTest(own_broker.bootstrap_servers, "news", tmp_path)
    orders.configure()
    orders.create_topics()
    lines(tmp_path, 300_000)
    with publish(orders, 80) as session:
        session.wait_for("s left")
        own_broker.kill()
        session.wait_for("no answer from Kafka for 3 s")
        session.type(CTRL_C)
        assert session.end() == 130
    assert INTERRUPTED.fullmatch(words(session).removeprefix("^C")), session.screen.rows()
    assert faults(session) == []
