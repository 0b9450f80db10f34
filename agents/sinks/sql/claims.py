"""Which process writes a partition: who claimed it last. Whoever had it before can commit nothing more.

A process that was stopped (SIGSTOP, a suspended machine) may wake in the midst of a transaction. Each one
holds a shared lock on its claims until it commits, and a new claim waits for that: either the old process
commits before its successor begins, or never. Where it does not let go, PostgreSQL has to end its session.
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


#: How long a claim waits for the one who had the partition to commit.
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
        """Make a partition ours; the log that it was written from before, if that was another one."""
        self._sink = claim.sink
        if self._is_postgresql:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TAKE_SECONDS}s'")
        there = connection.execute(_held(claim)).one_or_none()
        connection.execute(self._take, {**_place(claim), "source": claim.source, "owner": self._owner})
        return there.source if there is not None and there.source != claim.source else None

    def end_predecessor(self, connection: Connection, claim: Claim) -> None:
        """End the session of whoever has the partition still: it has had its time to commit."""
        there = connection.execute(_held(claim)).one_or_none()
        if not self._is_postgresql or there is None or there.owner == self._owner:
            return
        ended = connection.execute(END_SESSION, {"name": session_name(there.owner)}).scalars().all()
        if any(ended):
            log.warning(
                "the process that had the partition before did not let go of it, and its session was ended",
                topic=claim.topic,
                partition=claim.partition,
            )

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


def _place(claim: Claim) -> dict[str, str | int]:
    return {"sink": claim.sink, "topic": claim.topic, "partition": claim.partition}


def _held(claim: Claim) -> Select[tuple[str, str]]:
    return select(CLAIMS.c.source, CLAIMS.c.owner).filter_by(**_place(claim))
