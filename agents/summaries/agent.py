"""entities → summaries: summarise the article in a few of its own sentences."""

from agents.summaries import VERSION
from agents.topics import DISCARDED, ENTITIES, SUMMARIES
from streams.core.stage import AgentLoop, Stage, Stream, take_all


async def summaries(articles: Stream, loop: AgentLoop) -> None:
    """entities → summaries: summarise the article in a few of its own sentences."""
    await take_all(articles, loop)


STAGE = Stage(
    name="summaries",
    version=VERSION,
    reads=ENTITIES,
    writes=SUMMARIES,
    discards=DISCARDED,
    work="agents.summaries.work:load",
    agent=summaries,
)
