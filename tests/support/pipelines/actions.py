"""A stage for tests of the engine. It does what each order asks for."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from streams.core.stage import Discard, Stage, take_all
from streams.core.topic import Key, Topic
from streams.errors import Invalid, TooLarge, Unavailable


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be done. `file` is where an action leaves its mark."""

    id: str
    do: str = "echo"
    file: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What was done."""

    id: str


@dataclass(frozen=True, kw_only=True)
class Discarded:
    """What was not done."""

    id: str
    stage: str
    reason: str

    @classmethod
    def of(cls, record: Order, *, stage: str, reason: str) -> Self:
        """What is kept of an order that was discarded."""
        return cls(id=record.id, stage=stage, reason=reason)


@dataclass(frozen=True, kw_only=True)
class ActionSettings:
    greeting: str = "hello"
    times: int = 1


def load(settings: ActionSettings) -> Callable[[Order], Any]:
    return lambda order: ACTIONS[order.do](order)


def load_with_notices(settings: ActionSettings) -> "WithNotices":
    return WithNotices()


class WithNotices:
    """Work that has something to say to whoever starts it."""

    notices = ("half of the model is missing",)

    def __call__(self, order: Order) -> Result:
        return Result(id=order.id)


def load_and_die(settings: ActionSettings) -> Callable[[Order], Any]:
    """Like a library that ends the process which loads it."""
    os._exit(3)


def load_and_fail(settings: ActionSettings) -> Callable[[Order], Any]:
    """Like a model whose file is missing."""
    raise FileNotFoundError("model.bin")


def _raise(error: Exception) -> Any:
    raise error


def _die(order: Order) -> Any:
    os.kill(os.getpid(), 9)


def _die_once(order: Order) -> Result:
    if not Path(order.file).exists():
        Path(order.file).touch()
        _die(order)
    return Result(id=order.id)


def _mark(order: Order) -> Result:
    with Path(order.file).open("a") as file:
        file.write(f"{order.id}\n")
    time.sleep(0.3)
    return Result(id=order.id)


def _away(order: Order) -> Result:
    if not Path(order.file).exists():
        raise Unavailable("the target is unavailable")
    return Result(id=order.id)


ACTIONS: dict[str, Callable[[Order], Any]] = {
    "echo": lambda order: Result(id=order.id),
    "twice": lambda order: [Result(id=f"{order.id}-{part}") for part in (1, 2)],
    "discard": lambda order: Discard("boring"),
    "stray": lambda order: order,
    "keyless": lambda order: Result(id=""),
    "nothing": lambda order: [],
    "remains": lambda order: Discarded(id=order.id, stage="actions", reason="boring"),
    "fail": lambda order: _raise(ValueError("x" * 100_000)),
    "outgrow": lambda order: _raise(TooLarge("this order is longer than is read")),
    "reject": lambda order: _raise(Invalid("this order makes no sense")),
    "die": _die,
    "die once": _die_once,
    # It takes years, all of them in a single C call, which lets no other thread run.
    "regex": lambda order: re.match(r"(a+)+$", "a" * 60 + "b"),
    "hang": lambda order: time.sleep(3600),
    "mark": _mark,
    "away": _away,
}


STAGE = Stage(
    name="actions",
    version="1",
    reads=Topic(name="order", key=Key.of("id"), record=Order),
    writes=Topic(name="result", key=Key.of("id"), record=Result),
    discards=Topic(name="discarded", key=Key.original(), record=Discarded),
    work="tests.support.pipelines.actions:load",
    agent=take_all,
).at("t")
