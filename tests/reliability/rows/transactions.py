"""Transactions that other programs leave open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from streams.inspection.status import ComponentStatus, Status, read_status
from streams.kafka import client
from streams.local.broker.ports import free_ports
from tests.reliability.articles import HEADERS
from tests.reliability.publisher import Placed
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

PORTIONS = 4
#: What each transaction writes again, of what was published.
WRITTEN = 12
STALL_SECONDS = 6


def leave_open(run: Running) -> None:
    """Articles come behind two transactions, one after the other: the first is aborted, the second committed.

    While one is open, `status` names it and /readyz says why nothing is done; what is committed counts.
    """
    port, _ = free_ports(0)
    run.leave("clean")
    run.start("clean", own={"COPYDESK_PROBES__PORT": str(port)})
    run.go_on()
    run.until_written("clean", 0.1)
    held = [_behind(run, name, port) for name in ("aborted", "committed")]
    run.happened.append(f"{held[0]:,} records, then {held[1]:,}, held back and told; 1 aborted, 1 committed")


def _behind(run: Running, name: str, port: int) -> int:
    """How many records were held back by the transaction `name`, which is how it ends."""
    with _transaction(run, name) as end:
        before = len(run.confirmed)
        run.go_on()
        run.until(lambda: len(run.confirmed) >= before + run.total // PORTIONS, "articles come behind it")
        report = run.until(lambda: _told(run, name), f"status says that {name} holds back what waits")
        run.until(lambda: "an open transaction" in _probe(port, "readyz"), "clean says why it is not ready")
        if (healthy := _probe(port, "healthz")) != "ok\n":
            raise RowError(f"clean is to be restarted, which helps nothing: {healthy}")
        if report.held < run.total // PORTIONS:
            raise RowError(f"{report.held} records are said to be held back, and more are")
        end()
        run.recovers("clean")
    return report.held


@contextmanager
def _transaction(run: Running, name: str) -> Iterator[Callable[[], None]]:
    """Some articles again, in a transaction that is open until what this yields is called."""
    assert run.publisher is not None
    options = {"transactional_id": name, "transaction_timeout_ms": 600_000}
    again = [one.made for one in run.confirmed[:WRITTEN]]
    with client.producer(run.settings, **options) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        sent = [producer.send(run.raw, one.value, one.key, headers=list(HEADERS)) for one in again]
        places = [one.get(timeout=30) for one in sent]

        def end() -> None:
            if name == "aborted":
                producer.abort_transaction()
                return
            producer.commit_transaction()
            run.publisher.confirmed.extend(map(_placed, again, places))

        yield end


def _placed(made: Any, place: Any) -> Placed:
    return Placed(made=made, partition=place.partition, offset=place.offset, timestamp=place.timestamp)


def _told(run: Running, name: str) -> ComponentStatus | None:
    """What status says of clean, once all that waits for it is held back by this transaction."""
    status: Status = read_status(run.settings, run.pipeline, with_reconciliation=False)
    [clean] = [one for one in status.stages if one.name == "clean"]
    named = {one.transactional_id for one in status.transactions}
    return clean if clean.state == "held" and named == {name} else None


def _probe(port: int, path: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        return error.read().decode()


FAULTS = (
    Fault(
        name="open-transaction",
        what="others leave transactions open on the first topic",
        strike=leave_open,
        portions=PORTIONS,
        worker={"unavailable_seconds": 5, "stall_seconds": STALL_SECONDS},
    ),
)
