"""The stages of the pipeline with branches."""

from functools import partial

from toybranches.topics import BIG, DISCARDED, ORDER, PACKED, PRICED, SMALL

from streams.core.stage import Stage, take_all

stage = partial(Stage, version="1", discards=DISCARDED, agent=take_all)
SORT = stage(name="sort", reads=ORDER, writes=(BIG, SMALL), work="toybranches.work:load_sort")
PACK = stage(name="pack", reads=BIG, writes=PACKED, work="toybranches.work:load_pack")
PRICE = stage(name="price", reads=BIG, writes=PRICED, work="toybranches.work:load_price")
