"""The work of entities without a model, which does what the `meta` of an article says."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from agents.entities.work import EntitiesWork
from agents.records import CleanArticle, TaggedArticle
from streams.errors import CannotStart

SLEEP_SECONDS, LOOK_SECONDS = 0.5, 0.05


@dataclass(frozen=True, kw_only=True)
class ArticleActionSettings:
    """While the file `broken` exists, no pool process starts; while `fixed` exists, every article is good.

    Articles with the action `doze` wait while `held` exists, or `held` with the number of their process as
    its suffix. Otherwise one of them, in the process whose number is the suffix of `drowsy`, renames that
    file to `dozing`, and waits until it is gone.
    """

    broken: str = "/nowhere"
    fixed: str = "/nowhere"
    held: str = "/nowhere"
    drowsy: str = "/nowhere"
    dozing: str = "/nowhere"


def load(settings: ArticleActionSettings) -> Callable[[CleanArticle], TaggedArticle]:
    """The work. Raises `CannotStart` while it is broken."""
    if Path(settings.broken).exists():
        raise CannotStart("the work of entities is broken")
    work = EntitiesWork({}, 100_000)
    actions = {**ACTIONS, "doze": partial(_doze, settings)}

    def tag(record: CleanArticle) -> TaggedArticle:
        action = str(record.meta.get("do") or "")
        if not action or Path(settings.fixed).exists():
            return work(record)
        return actions[action](work(record))

    return tag


def _fail(article: TaggedArticle) -> TaggedArticle:
    raise ValueError("this article must fail")


def _hang(article: TaggedArticle) -> TaggedArticle:
    time.sleep(3600)
    return article


def _exit(article: TaggedArticle) -> TaggedArticle:
    os._exit(9)


def _sleep(article: TaggedArticle) -> TaggedArticle:
    time.sleep(SLEEP_SECONDS)
    return article


def _grow(article: TaggedArticle) -> TaggedArticle:
    """9 MB of digits that no codec makes small; the topic accepts 8 MiB."""
    return replace(article, text=os.urandom(9_000_000).hex())


ACTIONS: dict[str, Callable[[TaggedArticle], TaggedArticle]] = {
    "fail": _fail,
    "hang": _hang,
    "die": _exit,
    "grow": _grow,
    "sleep": _sleep,
}


def _doze(settings: ArticleActionSettings, article: TaggedArticle) -> TaggedArticle:
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
