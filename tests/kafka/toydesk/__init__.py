"""A desk of one stage that does what each article tells it to: the engine is tested on it.

It lives in a folder of its own, as a user's desk would; tests put that folder on the path.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toydesk.stage import STAGE

STAGES = (STAGE,)


def brief(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What `copydesk tail` shows of a record."""
    yield "title", str(record.get("title", ""))


SINKS = {"jsonl": "agents.sinks.jsonl:open_sink", "toy": "toydesk.sink:open_sink"}
