"""The pipeline: what happens to an article. Its stages and sinks in flow order; nothing else finds them."""

from pathlib import Path

from agents.clean.agent import STAGE as CLEAN
from agents.display import brief, show
from agents.entities.agent import STAGE as ENTITIES
from agents.lookup import identify
from agents.summaries.agent import STAGE as SUMMARIES

__all__ = ["EXAMPLES", "SAMPLES", "SINKS", "STAGES", "brief", "identify", "show"]

#: Invented pages, to see the pipeline at work: `copydesk demo`.
SAMPLES = Path(__file__).parent / "samples"

#: Records of every topic, as they stand in Kafka: part of `copydesk schema --asyncapi`.
EXAMPLES = Path(__file__).parent / "examples.json"

STAGES = (CLEAN, ENTITIES, SUMMARIES)

#: Kind of sink -> where it is opened.
SINKS = {
    "jsonl": "agents.sinks.jsonl:open_sink",
    "parquet": "agents.sinks.parquet:open_sink",
    "sql": "agents.sinks.sql:open_sink",
    "webhook": "agents.sinks.webhook:open_sink",
}
