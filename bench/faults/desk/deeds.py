"""The work of entities without a model, which does what an article's `meta` tells it to."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from agents.entities.work import Work
from agents.records import CleanArticle, TaggedArticle
from streams.errors import CannotStart

SLEEP_SECONDS, DOZE_SECONDS = 0.5, 3.0


@dataclass(frozen=True, kw_only=True)
class DeedSettings:
    """While file `broken` is there no child starts; while `mended` is there every article is a good one.

    `dozing` is made, with the number of the child's parent behind it, when an article begins to take long.
    """

    broken: str = "/nowhere"
    mended: str = "/nowhere"
    dozing: str = "/nowhere"


def load(settings: DeedSettings) -> Callable[[CleanArticle], TaggedArticle]:
    """The work. Raises `CannotStart` while it is broken."""
    if Path(settings.broken).exists():
        raise CannotStart("the work of entities is broken")
    work = Work({}, 100_000)
    deeds = {**DEEDS, "doze": partial(_doze, settings.dozing)}

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


def _doze(file: str, article: TaggedArticle) -> TaggedArticle:
    Path(f"{file}.{os.getppid()}").touch()
    time.sleep(DOZE_SECONDS)
    return article
