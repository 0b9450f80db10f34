"""raw → clean: take the article out of the page."""

from agents.clean import VERSION
from agents.topics import CLEAN, DISCARDED, RAW
from streams.core.stage import AgentLoop, Stage, Stream, take_all


async def clean(articles: Stream, loop: AgentLoop) -> None:
    """raw → clean: take the article out of the page."""
    await take_all(articles, loop)


STAGE = Stage(
    name="clean",
    version=VERSION,
    reads=RAW,
    writes=CLEAN,
    discards=DISCARDED,
    work="agents.clean.work:load",
    agent=clean,
)
