"""The desk: what happens to an article. Its stages and sinks in flow order; nothing else finds them."""

from agents.clean.agent import STAGE as CLEAN
from agents.entities.agent import STAGE as ENTITIES
from agents.summaries.agent import STAGE as SUMMARIES

STAGES = (CLEAN, ENTITIES, SUMMARIES)

#: Kind of sink -> where it is opened.
SINKS = {"jsonl": "agents.sinks.jsonl:open_sink"}
