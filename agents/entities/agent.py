"""clean → entities: find the people, places and organisations."""

from agents.entities import VERSION
from agents.topics import CLEAN, DISCARDED, ENTITIES
from streams.core.stage import AgentLoop, Stage, Stream, take_all


async def entities(articles: Stream, loop: AgentLoop) -> None:
    """clean → entities: find the people, places and organisations."""
    await take_all(articles, loop)


STAGE = Stage(
    name="entities",
    version=VERSION,
    reads=CLEAN,
    writes=ENTITIES,
    discards=DISCARDED,
    work="agents.entities.work:load",
    agent=entities,
)
