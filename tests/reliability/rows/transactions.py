"""Transactions that other programs leave open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from streams.inspection.status import ComponentStatus, Status, read_status
from streams.kafka import client
from streams.local.broker.ports import free_ports
from tests.reliability.articles import HEADERS, RawRecord
from tests.reliability.publisher import Placed
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

PORTIONS = 4
#: Published records that each transaction writes again.
WRITTEN = 12
STALL_SECONDS = 6


def leave_open(run: Running) -> None:
    """Publish articles behind two open transactions, one after the other: one is aborted, one committed.

    While a transaction is open, `status` must name it, and /readyz must give it as the reason.
    """
    port, _ = free_ports(0)
    run.leave("clean")
    run.start("clean", own={"COPYDESK_PROBES__PORT": str(port)})
    run.go_on()
    run.until_written("clean", 0.1)
    held = [_behind(run, name, port) for name in ("aborted", "committed")]
    run.happened.append(
        f"{held[0]:,} records, then {held[1]:,}, held back and reported; 1 aborted, 1 committed"
    )


def _behind(run: Running, name: str, port: int) -> int:
    """How many records the transaction held back. Its `name` says how it ends: `aborted` or `committed`."""
    with _transaction(run, name) as end:
        before = len(run.confirmed)
        run.go_on()
        run.until(lambda: len(run.confirmed) >= before + run.total // PORTIONS, "articles are behind it")
        status = run.until(
            lambda: _held(run, name), f"status reports that {name} holds back all waiting records"
        )
        run.until(lambda: "an open transaction" in _probe(port, "readyz"), "/readyz gives the reason")
        if (healthy := _probe(port, "healthz")) != "ok\n":
            raise RowError(f"/healthz asks for a restart of clean, which does not help: {healthy}")
        if status.held < run.total // PORTIONS:
            raise RowError(f"status reports {status.held} records as held back, but there are more")
        end()
        run.recovers("clean")
    return status.held


@contextmanager
def _transaction(run: Running, name: str) -> Iterator[Callable[[], None]]:
    """Publish some articles again, in a transaction that stays open. Yields the function that ends it."""
    assert run.publisher is not None
    options = {"transactional_id": name, "transaction_timeout_ms": 600_000}
    records = [placed.record for placed in run.confirmed[:WRITTEN]]
    with client.producer(run.settings, **options) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        futures = [
            producer.send(run.raw, record.value, record.key, headers=list(HEADERS)) for record in records
        ]
        places = [future.get(timeout=30) for future in futures]

        def end() -> None:
            if name == "aborted":
                producer.abort_transaction()
                return
            producer.commit_transaction()
            run.publisher.confirmed.extend(map(_placed, records, places))

        yield end


def _placed(record: RawRecord, place: Any) -> Placed:
    return Placed(record=record, partition=place.partition, offset=place.offset, timestamp=place.timestamp)


def _held(run: Running, name: str) -> ComponentStatus | None:
    """The status of clean, if this transaction holds back everything that waits for it."""
    status: Status = read_status(run.settings, run.pipeline, with_reconciliation=False)
    [clean] = [stage for stage in status.stages if stage.name == "clean"]
    transactional_ids = {transaction.transactional_id for transaction in status.transactions}
    return clean if clean.state == "held" and transactional_ids == {name} else None


def _probe(port: int, path: str) -> str:
    try:
        with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        return error.read().decode()


FAULTS = (
    Fault(
        name="open-transaction",
        description="other programs leave transactions open on the first topic",
        strike=leave_open,
        portions=PORTIONS,
        worker={"unavailable_seconds": 5, "stall_seconds": STALL_SECONDS},
    ),
)
