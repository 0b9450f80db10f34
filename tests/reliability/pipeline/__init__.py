"""The pipeline itself, and what a fault needs inside its processes: for the rows that say so.

actions       an article may tell the work of entities to fail, hang, die or grow (actions.py)
stalls      the thread that reads from Kafka stands still while a file is there (stall.py)
mutants     a rule of the loop or of a sink is broken on purpose (mutants.py)
"""

from dataclasses import replace

from agents import SINKS
from agents import STAGES as OF_AGENTS
from agents import display as brief
from tests.reliability.pipeline import mutants, stall

__all__ = ["SINKS", "STAGES", "brief"]

CLEAN, ENTITIES, SUMMARIES = OF_AGENTS
STAGES = (CLEAN, replace(ENTITIES, work="tests.reliability.pipeline.actions:load"), SUMMARIES)

stall.prepare()
mutants.break_it()
