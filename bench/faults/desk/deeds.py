"""The work of entities without a model, which does what an article's `meta` tells it to."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from agents.entities.work import Work
from agents.records import CleanArticle, TaggedArticle
from streams.errors import CannotStart

SLEEP_SECONDS, LOOK_SECONDS = 0.5, 0.05


@dataclass(frozen=True, kw_only=True)
class DeedSettings:
    """While file `broken` is there no child starts; while `mended` is there every article is a good one.

    Articles told to doze do so while `held` is there, or `held` with the number of their process behind it.
    Else one of them, of the process whose number stands behind `drowsy`, makes that file its own `dozing`,
    and dozes until it is gone.
    """

    broken: str = "/nowhere"
    mended: str = "/nowhere"
    held: str = "/nowhere"
    drowsy: str = "/nowhere"
    dozing: str = "/nowhere"


def load(settings: DeedSettings) -> Callable[[CleanArticle], TaggedArticle]:
    """The work. Raises `CannotStart` while it is broken."""
    if Path(settings.broken).exists():
        raise CannotStart("the work of entities is broken")
    work = Work({}, 100_000)
    deeds = {**DEEDS, "doze": partial(_doze, settings)}

    def tag(record: CleanArticle) -> TaggedArticle:
        deed = str(record.meta.get("do") or "")
        if not deed or Path(settings.mended).exists():
            return work(record)
        return deeds[deed](work(record))

    return tag


def _fail(article: TaggedArticle) -> TaggedArticle:
    raise ValueError("it is told to fail")


def _hang(article: TaggedArticle) -> TaggedArticle:
    time.sleep(3600)
    return article


def _die(article: TaggedArticle) -> TaggedArticle:
    os._exit(9)


def _sleep(article: TaggedArticle) -> TaggedArticle:
    time.sleep(SLEEP_SECONDS)
    return article


def _grow(article: TaggedArticle) -> TaggedArticle:
    """9 MB of digits that no codec makes small: the topic takes 8 MiB."""
    return replace(article, text=os.urandom(9_000_000).hex())


DEEDS: dict[str, Callable[[TaggedArticle], TaggedArticle]] = {
    "fail": _fail,
    "hang": _hang,
    "die": _die,
    "grow": _grow,
    "sleep": _sleep,
}


def _doze(settings: DeedSettings, article: TaggedArticle) -> TaggedArticle:
    for held in (Path(settings.held), Path(f"{settings.held}.{os.getppid()}")):
        if held.exists():
            _while_there(held)
            return article
    dozing = Path(f"{settings.dozing}.{os.getppid()}")
    with suppress(FileNotFoundError):
        Path(f"{settings.drowsy}.{os.getppid()}").rename(dozing)
        _while_there(dozing)
    return article


def _while_there(file: Path) -> None:
    while file.exists():
        time.sleep(LOOK_SECONDS)
