"""A pipeline of one stage that does what each article tells it to: the engine is tested on it.

It lives in a folder of its own, as a user's pipeline would; tests put that folder on the path.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toy_pipeline.stage import STAGE

from agents import SINKS as SINKS_OF_AGENTS

__all__ = ["SINKS", "STAGES", "brief"]

STAGES = (STAGE,)

SINKS = {**SINKS_OF_AGENTS, "toy": "toy_pipeline.sink:open_sink"}


def brief(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What `copydesk tail` shows of a record."""
    yield "title", str(record.get("title", ""))
