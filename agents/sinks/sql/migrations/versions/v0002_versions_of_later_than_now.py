"""Versions in the future, which earlier releases accepted, are lowered, so that later records replace them.

A scraper could set the version of its record, and `9999…` was greater than that of every takedown that
followed. An article must not stay because a clock was wrong: an article with such a version counts as the
oldest, and a takedown as one of now.
"""

import time

import sqlalchemy as sa
import structlog
from alembic import op

revision = "0002"
down_revision = "0001"

#: The clock of this machine may be behind that of Kafka.
LEEWAY_MS = 60_000
LOWER = "UPDATE revisions SET version = :to WHERE version > :newest"
OLDEST = f"{0:016d}-{0:016d}-{0:06d}-{0:020d}"


def upgrade() -> None:
    """Lower them, and log how many there were."""
    now = f"{round(time.time() * 1000) + LEEWAY_MS:016d}"
    newest = f"{now}-{now}-{0:06d}-{0:020d}"
    _change("UPDATE articles SET version = :to, received_at = NULL WHERE version > :newest", OLDEST, newest)
    articles = _change(f"{LOWER} AND NOT taken_down", OLDEST, newest)
    takedowns = _change(f"{LOWER} AND taken_down", newest, newest)
    if articles or takedowns:
        structlog.get_logger("copydesk.sink").warning(
            "articles had versions in the future: they count as the oldest from now on",
            articles=articles,
            takedowns=takedowns,
            todo="publish again the takedowns that came before this",
        )


def _change(statement: str, to: str, newest: str) -> int:
    return op.get_bind().execute(sa.text(statement), {"to": to, "newest": newest}).rowcount
