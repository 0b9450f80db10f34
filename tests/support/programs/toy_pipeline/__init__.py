"""A pipeline of one stage that does what each order asks for. The engine is tested on it.

It is a package outside the project, as a user's pipeline is. Tests put its folder on the path.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toy_pipeline.stage import STAGE

from agents import SINKS as SINKS_OF_AGENTS

__all__ = ["SINKS", "STAGES", "brief"]

STAGES = (STAGE,)

SINKS = {**SINKS_OF_AGENTS, "toy": "toy_pipeline.sink:open_sink"}


def brief(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of a record that `copydesk tail` shows."""
    yield "title", str(record.get("title", ""))
