"""A name as the article has it, for comparing it with the others."""

from collections import Counter
from typing import NamedTuple

APOSTROPHES = str.maketrans("’‘ʼ`", "''''")


class Name(NamedTuple):
    """`key` is the same for all mentions of the name; `form` is how it is mostly written."""

    key: str
    form: str
    types: Counter[str]
    type: str

    @property
    def mentions(self) -> int:
        return self.types.total()


def key(text: str) -> str:
    """The name in lower case, with single spaces and plain apostrophes."""
    return " ".join(text.translate(APOSTROPHES).casefold().split())


def differ_by_one(short: str, full: str) -> bool:
    """Whether one letter more, less or other is the only difference."""
    if abs(len(short) - len(full)) > 1 or short == full:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(short, full, strict=False)) if a != b), min(len(short), len(full))
    )
    return short[at + 1 :] == full[at + 1 :] or short[at:] == full[at + 1 :] or short[at + 1 :] == full[at:]
