"""order → result: do as told."""

from toydesk.topics import DISCARDED, ORDER, RESULT

from streams.core.stage import Loop, Stage, Stream, take_all


async def toy(orders: Stream, loop: Loop) -> None:
    """order → result: do as told."""
    await take_all(orders, loop)


STAGE = Stage(
    name="toy",
    version="1",
    reads=ORDER,
    writes=RESULT,
    discards=DISCARDED,
    work="toydesk.work:load",
    agent=toy,
)
