"""What an order can ask the stage to do."""

import gc
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from pebble.pool.channel import ChannelMutex
from toy_pipeline.topics import Order, Result

from streams.core.stage import Discard
from streams.errors import CannotStart, Invalid, Unavailable


@dataclass(frozen=True, kw_only=True)
class ToySettings:
    """Each order takes `seconds`.

    While the file `broken` exists no pool process starts; while `away` exists the target is unavailable.

    With `fixed`, an order is done as usual whatever it asks for.
    """

    seconds: float = 0.0
    broken: str = ""
    away: str = ""
    fixed: bool = False


def load(settings: ToySettings) -> Callable[[Order], Result | Discard | list[Result]]:
    """The work. Raises `CannotStart` while the file `broken` exists."""
    if settings.broken and Path(settings.broken).exists():
        raise CannotStart("the toy is broken")

    def work(order: Order) -> Result | Discard | list[Result]:
        if settings.away and Path(settings.away).exists():
            raise Unavailable("the toy's target is unavailable")
        time.sleep(settings.seconds)
        if order.do in ACTIONS and not settings.fixed:
            return ACTIONS[order.do](order)
        return Result(id=order.id, n=order.n, pad=order.pad)

    return work


def _raise(error: BaseException) -> Result:
    raise error


def _die(order: Order) -> Any:
    os.kill(os.getpid(), 9)


def _seize(order: Order) -> Any:
    """The first time, exit while holding the lock that pebble's pool processes share."""
    if Path(order.pad).exists():
        return Result(id=order.id, n=order.n)
    Path(order.pad).touch()
    [lock] = [candidate for candidate in gc.get_objects() if isinstance(candidate, ChannelMutex)]
    lock.acquire()
    return _die(order)


class RudeError(Exception):
    """An error whose text cannot be read: `str()` of it raises."""

    def __str__(self) -> str:
        raise ValueError


class PanicError(BaseException):
    """Not an `Exception`, like what libraries written in Rust raise when they panic."""


def _nap(order: Order) -> Result:
    time.sleep(float(order.pad))
    return Result(id=order.id, n=order.n)


def _grow(order: Order) -> Result:
    """A result with `pad` random hexadecimal digits. No codec makes it smaller than half."""
    return Result(id=order.id, n=order.n, pad=Random(order.n).randbytes(int(order.pad) // 2).hex())


def _split(order: Order) -> list[Result]:
    return [Result(id=f"{order.id}-{part}", n=order.n) for part in range(3)]


def _burst(order: Order) -> list[Result]:
    """Three results: a small one, one as `_grow` makes it, and one of half that size."""
    sizes = (0, int(order.pad), int(order.pad) // 2)
    pads = [Random(order.n).randbytes(size // 2).hex() for size in sizes]
    return [Result(id=f"{order.id}-{part}", n=order.n, pad=pad) for part, pad in enumerate(pads)]


ACTIONS: dict[str, Callable[[Order], Any]] = {
    "fail": lambda order: _raise(ValueError(f"order {order.n} is to fail")),
    "spoil": lambda order: _raise(Invalid(f"order {order.n} is to be invalid")),
    "die": _die,
    "seize": _seize,
    "rude": lambda order: _raise(RudeError()),
    "panic": lambda order: _raise(PanicError(f"order {order.n} made it panic")),
    "exit": lambda order: _raise(SystemExit(3)),
    "hang": lambda order: time.sleep(3600),
    "nap": _nap,
    "grow": _grow,
    "split": _split,
    "burst": _burst,
    "discard": lambda order: Discard("boring"),
}
