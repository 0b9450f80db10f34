"""The pipeline of `agents` and a branch beside its entities: how long an article takes to read."""

from agents import FILTER, SAMPLES, SINKS, identify, show
from agents import STAGES as BEFORE
from reading_pipeline.reading.agent import STAGE as READING

__all__ = ["FILTER", "SAMPLES", "SINKS", "STAGES", "identify", "show"]

STAGES = (*BEFORE, READING)
