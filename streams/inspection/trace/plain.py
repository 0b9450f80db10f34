"""A trace for JSON."""

from dataclasses import asdict
from typing import Any

from streams.core.timestamps import rfc3339
from streams.inspection.trace.story import Trace, TracedRevision


def as_plain(story: Trace) -> dict[str, Any]:
    """Times are in milliseconds since 1970, except `received_at`, which is RFC 3339."""
    return {
        "text": story.text,
        "key": story.key,
        "now": story.now,
        "current": story.current,
        "current_by_topic": dict(story.current_by_topic),
        "revisions": list(map(_revision, story.revisions)),
        "held": [asdict(record) for record in story.held],
    }


def _revision(revision: TracedRevision) -> dict[str, Any]:
    return {
        **asdict(revision),
        "received_at": rfc3339(revision.received),
        "outcome": revision.outcome,
        "sinks": dict(revision.sinks),
    }
