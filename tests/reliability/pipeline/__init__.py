"""The pipeline, with what a fault needs inside its processes.

actions     an article can make the work of entities fail, hang, exit or grow (actions.py)
stall       the thread that reads from Kafka is stalled while a file exists (stall.py)
mutants     a rule of the loop or of a sink is broken on purpose (mutants.py)
"""

from dataclasses import replace

from agents import SINKS, brief
from agents import STAGES as OF_AGENTS
from tests.reliability.pipeline import mutants, stall

__all__ = ["SINKS", "STAGES", "brief"]

CLEAN, ENTITIES, SUMMARIES = OF_AGENTS
STAGES = (CLEAN, replace(ENTITIES, work="tests.reliability.pipeline.actions:load"), SUMMARIES)

stall.prepare()
mutants.break_it()
