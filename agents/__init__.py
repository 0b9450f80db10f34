"""The desk: what happens to an article. Its stages and sinks in flow order; nothing else finds them."""

from pathlib import Path

from agents.brief import brief
from agents.clean.agent import STAGE as CLEAN
from agents.entities.agent import STAGE as ENTITIES
from agents.show import show
from agents.summaries.agent import STAGE as SUMMARIES

__all__ = ["SAMPLES", "SINKS", "STAGES", "brief", "show"]

#: Invented pages, to see the desk at work: `copydesk demo`.
SAMPLES = Path(__file__).parent / "samples"

STAGES = (CLEAN, ENTITIES, SUMMARIES)

#: Kind of sink -> where it is opened.
SINKS = {
    "jsonl": "agents.sinks.jsonl:open_sink",
    "sql": "agents.sinks.sql:open_sink",
}
