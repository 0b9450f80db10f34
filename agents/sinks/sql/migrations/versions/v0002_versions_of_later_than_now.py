"""Versions of later than now, which earlier releases believed: whatever comes next is newer.

A scraper could name its record's version, and `9999…` outranked every takedown that followed. What is to be
deleted must not stay because a clock is wrong: such an article counts as the oldest, and such a takedown as
one of now.
"""

import time

import sqlalchemy as sa
import structlog
from alembic import op

revision = "0002"
down_revision = "0001"

#: This machine's clock may be behind that of the Kafka which took the last articles.
LEEWAY_MS = 60_000
LOWER = "UPDATE revisions SET version = :to WHERE version > :newest"
OLDEST = f"{0:016d}-{0:016d}-{0:06d}-{0:020d}"


def upgrade() -> None:
    """Lower them, and say how many they were."""
    now = f"{round(time.time() * 1000) + LEEWAY_MS:016d}"
    newest = f"{now}-{now}-{0:06d}-{0:020d}"
    _change("UPDATE articles SET version = :to, received_at = NULL WHERE version > :newest", OLDEST, newest)
    articles = _change(f"{LOWER} AND NOT taken_down", OLDEST, newest)
    takedowns = _change(f"{LOWER} AND taken_down", newest, newest)
    if articles or takedowns:
        structlog.get_logger("copydesk.sink").warning(
            "articles had versions of later than now: they count as the oldest from now on",
            articles=articles,
            takedowns=takedowns,
            todo="publish again the takedowns that came before this",
        )


def _change(statement: str, to: str, newest: str) -> int:
    return op.get_bind().execute(sa.text(statement), {"to": to, "newest": newest}).rowcount
