"""Stage order → result: it does what each order asks for."""

from toy_pipeline.topics import DISCARDED, ORDER, RESULT

from streams.core.stage import AgentLoop, Stage, Stream, take_all


async def toy(orders: Stream, loop: AgentLoop) -> None:
    await take_all(orders, loop)


STAGE = Stage(
    name="toy",
    version="1",
    reads=ORDER,
    writes=RESULT,
    discards=DISCARDED,
    work="toy_pipeline.work:load",
    agent=toy,
)
