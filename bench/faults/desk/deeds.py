"""The work of entities without a model, which does what an article's `meta` tells it to."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from agents.entities.work import Work
from agents.records import CleanArticle, TaggedArticle
from streams.errors import CannotStart

NAP_SECONDS, SLEEP_SECONDS = 0.1, 0.5


@dataclass(frozen=True, kw_only=True)
class DeedSettings:
    """While file `broken` is there no child starts; while `mended` is there every article is a good one."""

    broken: str = "/nowhere"
    mended: str = "/nowhere"


def load(settings: DeedSettings) -> Callable[[CleanArticle], TaggedArticle]:
    """The work. Raises `CannotStart` while it is broken."""
    if Path(settings.broken).exists():
        raise CannotStart("the work of entities is broken")
    work = Work({}, 100_000)

    def tag(record: CleanArticle) -> TaggedArticle:
        deed = str(record.meta.get("do") or "")
        if not deed or Path(settings.mended).exists():
            return work(record)
        return DEEDS[deed](work(record))

    return tag


def _fail(article: TaggedArticle) -> TaggedArticle:
    raise ValueError("it is told to fail")


def _hang(article: TaggedArticle) -> TaggedArticle:
    time.sleep(3600)
    return article


def _die(article: TaggedArticle) -> TaggedArticle:
    os._exit(9)


def _nap(article: TaggedArticle) -> TaggedArticle:
    time.sleep(NAP_SECONDS)
    return article


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
    "nap": _nap,
    "sleep": _sleep,
}
