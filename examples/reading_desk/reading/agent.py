"""summaries → reading: say how long the article takes to read."""

from agents.topics import DISCARDED, SUMMARIES
from reading_desk.reading import VERSION
from reading_desk.topics import READING
from streams.core.stage import Loop, Stage, Stream, take_all


async def reading(articles: Stream, loop: Loop) -> None:
    """summaries → reading: say how long the article takes to read."""
    await take_all(articles, loop)


STAGE = Stage(
    name="reading",
    version=VERSION,
    reads=SUMMARIES,
    writes=READING,
    discards=DISCARDED,
    work="reading_desk.reading.work:load",
    agent=reading,
)
