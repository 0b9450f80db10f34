"""The pipeline: its stages in flow order, and its sinks. What is not listed here does not run."""

from pathlib import Path

from agents.clean.agent import STAGE as CLEAN
from agents.display import brief, show
from agents.entities.agent import STAGE as ENTITIES
from agents.lookup import identify
from agents.reading import whole
from agents.summaries.agent import STAGE as SUMMARIES

__all__ = [
    "CONFIGURATION",
    "EXAMPLES",
    "FILTER",
    "SAMPLES",
    "SINKS",
    "STAGES",
    "brief",
    "identify",
    "show",
    "whole",
]

#: Invented pages that show the pipeline at work: `copydesk demo`.
SAMPLES = Path(__file__).parent / "samples"

#: What `copydesk init` writes. Here it is a link to `config`, in a wheel its content.
CONFIGURATION = Path(__file__).parent / "config"

#: A record of every topic as it is in Kafka: part of `copydesk schema --asyncapi`.
EXAMPLES = Path(__file__).parent / "examples.json"

STAGES = (CLEAN, ENTITIES, SUMMARIES)

#: Kind of sink -> where it is opened.
SINKS = {
    "jsonl": "agents.sinks.jsonl:open_sink",
    "parquet": "agents.sinks.parquet:open_sink",
    "sql": "agents.sinks.sql:open_sink",
    "webhook": "agents.sinks.webhook:open_sink",
}

#: What `[sinks.NAME.filter]` means.
FILTER = "agents.filters:open_filter"
