"""clean → reading: say how long the article takes to read."""

from agents.topics import CLEAN, DISCARDED
from reading_pipeline.reading import VERSION
from reading_pipeline.topics import READING
from streams.core.stage import AgentLoop, Stage, Stream, take_all


async def reading(articles: Stream, loop: AgentLoop) -> None:
    """clean → reading: say how long the article takes to read."""
    await take_all(articles, loop)


STAGE = Stage(
    name="reading",
    version=VERSION,
    reads=CLEAN,
    writes=READING,
    discards=DISCARDED,
    work="reading_pipeline.reading.work:load",
    agent=reading,
)
