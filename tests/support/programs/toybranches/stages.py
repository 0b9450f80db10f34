"""The stages of the pipeline with branches."""

from toybranches.topics import BIG, DISCARDED, ORDER, PACKED, PRICED, SMALL

from streams.core.stage import AgentLoop, Stage, Stream


async def _pass_on(orders: Stream, loop: AgentLoop) -> None:
    async for order in orders.noack().events():
        await loop.submit(order)


SORT = Stage(
    name="sort",
    version="1",
    reads=ORDER,
    writes=(BIG, SMALL),
    discards=DISCARDED,
    work="toybranches.work:load_sort",
    agent=_pass_on,
)
PACK = Stage(
    name="pack",
    version="1",
    reads=BIG,
    writes=PACKED,
    discards=DISCARDED,
    work="toybranches.work:load_pack",
    agent=_pass_on,
)
PRICE = Stage(
    name="price",
    version="1",
    reads=BIG,
    writes=PRICED,
    discards=DISCARDED,
    work="toybranches.work:load_price",
    agent=_pass_on,
)
