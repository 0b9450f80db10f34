"""Which process may write a partition: the last one that claimed it. Earlier ones cannot commit any more.

A process that was stopped (SIGSTOP, a suspended machine) may wake in the middle of a transaction. Each
process holds a shared lock on its claims until it commits, and a new claim waits for that: the old process
commits before its successor starts, or never. If it does not release the lock, PostgreSQL has to end its
session.
"""

from collections.abc import Iterable

import structlog
from sqlalchemy import Connection, Select, select, text, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from agents.sinks.sql.database import session_name
from agents.sinks.sql.tables import CLAIMS
from streams.core.sink import Claim, Delivered
from streams.errors import Fenced

log = structlog.get_logger("copydesk.sink")

#: How long a claim waits for the previous owner of the partition to commit.
TAKE_SECONDS = 5.0
END_SESSION = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = :name AND usename = current_user AND datname = current_database()"
    " AND pid <> pg_backend_pid()"
)


class Claims:
    def __init__(self, dialect: str, owner: str) -> None:
        self._owner = owner
        self._sink = ""
        self._is_postgresql = dialect == "postgresql"
        new = (postgresql if dialect == "postgresql" else sqlite).insert(CLAIMS)
        self._take = new.on_conflict_do_update(
            index_elements=list(CLAIMS.primary_key),
            set_={"source": new.excluded.source, "owner": new.excluded.owner},
        )

    def take(self, connection: Connection, claim: Claim) -> str | None:
        """Claim a partition. Returns the log that it was written from before, if that was another."""
        self._sink = claim.sink
        if self._is_postgresql:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TAKE_SECONDS}s'")
        held = connection.execute(_held(claim)).one_or_none()
        connection.execute(self._take, {**_place(claim), "source": claim.source, "owner": self._owner})
        return held.source if held is not None and held.source != claim.source else None

    def end_predecessor(self, connection: Connection, claim: Claim) -> None:
        """End the session of the process that still has the partition: its time to commit is over."""
        held = connection.execute(_held(claim)).one_or_none()
        if not self._is_postgresql or held is None or held.owner == self._owner:
            return
        ended = connection.execute(END_SESSION, {"name": session_name(held.owner)}).scalars().all()
        if any(ended):
            log.warning(
                "the previous owner of the partition did not release it, and its session was ended",
                topic=claim.topic,
                partition=claim.partition,
            )

    def require(self, connection: Connection, records: Iterable[Delivered]) -> None:
        """Lock the claims on these records' partitions until the transaction ends. Raises `Fenced`."""
        places = {(record.topic, record.partition) for record in records}
        held = (
            select(CLAIMS.c.topic, CLAIMS.c.partition, CLAIMS.c.owner)
            .where(CLAIMS.c.sink == self._sink, tuple_(CLAIMS.c.topic, CLAIMS.c.partition).in_(places))
            .with_for_update(read=True)
        )
        for topic, partition, owner in connection.execute(held):
            if owner != self._owner:
                raise Fenced(f"another process has taken over partition {partition} of {topic}")


def _place(claim: Claim) -> dict[str, str | int]:
    return {"sink": claim.sink, "topic": claim.topic, "partition": claim.partition}


def _held(claim: Claim) -> Select[tuple[str, str]]:
    return select(CLAIMS.c.source, CLAIMS.c.owner).filter_by(**_place(claim))
