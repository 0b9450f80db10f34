"""A pipeline with branches: one stage writes to two topics, and two stages read one of them."""

from toybranches.stages import PACK, PRICE, SORT

from agents import SINKS

__all__ = ["SINKS", "STAGES"]

STAGES = (SORT, PACK, PRICE)
