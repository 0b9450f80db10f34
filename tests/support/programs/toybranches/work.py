"""What the stages do, which the order decides."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from toybranches.topics import Big, Order, Packed, Priced, Small

from streams.core.stage import Discard
from streams.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class BranchSettings:
    """Each order takes `seconds`. While the file `fixed` exists, no order fails or is discarded."""

    seconds: float = 0.0
    fixed: str = "/nowhere"


def load_sort(settings: BranchSettings) -> Callable[[Order], Discard | list[Big | Small]]:
    """order → big, small"""

    def work(order: Order) -> Discard | list[Big | Small]:
        if discard := _action(order, "sort", settings):
            return discard
        makes = {"big": lambda: Big(**asdict(order)), "small": lambda: Small(id=order.id, n=order.n)}
        return [makes[kind]() for kind in order.kinds]

    return work


def load_pack(settings: BranchSettings) -> Callable[[Big], Discard | Packed]:
    """big → packed"""
    return lambda order: _action(order, "pack", settings) or Packed(id=order.id, n=order.n)


def load_price(settings: BranchSettings) -> Callable[[Big], Discard | Priced]:
    """big → priced"""
    return lambda order: (
        _action(order, "price", settings) or Priced(id=order.id, n=order.n, price=7 * order.n)
    )


def _action(order: Order, stage: str, settings: BranchSettings) -> Discard | None:
    time.sleep(settings.seconds)
    if order.at != stage or Path(settings.fixed).exists():
        return None
    if order.do == "fail":
        raise Invalid(f"order {order.n} is to be invalid")
    return Discard("boring")
