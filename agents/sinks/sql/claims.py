"""Which process writes a partition: who claimed it last. Whoever had it before can commit nothing more.

A process that was stopped (SIGSTOP, a suspended machine) may wake in the midst of a transaction. Each one
holds a shared lock on its claims until it commits, and a new claim waits for that: either the old process
commits before its successor begins, or never.
"""

import secrets
from collections.abc import Iterable

import structlog
from sqlalchemy import Connection, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from agents.sinks.sql.tables import CLAIMS
from streams.errors import Fenced
from streams.sink import Claim, Delivered

log = structlog.get_logger("copydesk.sink")


class Claims:
    """The partitions of one process."""

    def __init__(self, dialect: str) -> None:
        self._owner = secrets.token_hex(8)
        self._sink = ""
        new = (postgresql if dialect == "postgresql" else sqlite).insert(CLAIMS)
        self._take = new.on_conflict_do_update(
            index_elements=list(CLAIMS.primary_key),
            set_={"source": new.excluded.source, "owner": new.excluded.owner},
        )

    def take(self, connection: Connection, claim: Claim) -> str | None:
        """Make a partition ours; the log that it was written from before, if that was another one."""
        self._sink = claim.sink
        place = {"sink": claim.sink, "topic": claim.topic, "partition": claim.partition}
        before = connection.execute(select(CLAIMS.c.source).filter_by(**place)).scalar()
        connection.execute(self._take, {**place, "source": claim.source, "owner": self._owner})
        return before if before != claim.source else None

    def require(self, connection: Connection, records: Iterable[Delivered]) -> None:
        """Hold the partitions of these records until the transaction ends; `Fenced` where they are lost."""
        places = {(one.topic, one.partition) for one in records}
        held = (
            select(CLAIMS.c.topic, CLAIMS.c.partition, CLAIMS.c.owner)
            .where(CLAIMS.c.sink == self._sink, tuple_(CLAIMS.c.topic, CLAIMS.c.partition).in_(places))
            .with_for_update(read=True)
        )
        for topic, partition, owner in connection.execute(held):
            if owner != self._owner:
                raise Fenced(f"another process has taken over partition {partition} of {topic}")


def tell_another_log(claim: Claim, before: str, database: str) -> None:
    """Say that what stands in the database comes from another Kafka, or from a topic that is no more."""
    log.warning(
        "another log than before: the rows that are there stay, and of an article the greater version counts",
        topic=claim.topic,
        partition=claim.partition,
        before=before,
        now=claim.source,
        database=database,
    )
