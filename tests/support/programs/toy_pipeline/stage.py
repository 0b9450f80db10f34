"""Stage order → result: it does what each order asks for."""

from toy_pipeline.topics import DISCARDED, ORDER, RESULT

from streams.core.stage import Stage, take_all

STAGE = Stage(
    name="toy",
    version="1",
    reads=ORDER,
    writes=RESULT,
    discards=DISCARDED,
    work="toy_pipeline.work:load",
    agent=take_all,
)
