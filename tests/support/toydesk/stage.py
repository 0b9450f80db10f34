"""order → result: do as told."""

from toydesk.topics import DISCARDED, ORDER, RESULT

from streams.core.stage import Loop, Stage, Stream


async def toy(orders: Stream, loop: Loop) -> None:
    """order → result: do as told."""
    async for order in orders.noack().events():
        await loop.take(order)


STAGE = Stage(
    name="toy",
    version="1",
    reads=ORDER,
    writes=RESULT,
    discards=DISCARDED,
    work="toydesk.work:load",
    agent=toy,
)
