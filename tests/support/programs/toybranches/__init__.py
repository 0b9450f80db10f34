"""A pipeline with branches: two stages read one topic, and one stage fills two."""

from toybranches.stages import PACK, PRICE, SORT

from agents import SINKS

__all__ = ["SINKS", "STAGES"]

STAGES = (SORT, PACK, PRICE)
