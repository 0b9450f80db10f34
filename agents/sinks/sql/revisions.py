"""Delivered records → revisions of articles, and what is no such thing: refused, with a reason."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from agents.records import Article
from streams.core.sink import Delivered
from streams.errors import Invalid

#: An article id is 32 hexadecimal digits; a pipeline of one's own may have others. As a key of PostgreSQL it
#: must be short, and without NUL.
ID = re.compile(r"[^\s\x00]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRevision:
    """A revision of an article; `article` None is a takedown. `record` is the value as it was decoded."""

    delivered: Delivered
    article: Article | None
    record: dict[str, Any]

    @property
    def id(self) -> str:
        return self.delivered.key


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A record that cannot be a row, and why."""

    delivered: Delivered
    reason: str


def read(batch: Iterable[Delivered]) -> tuple[list[ArticleRevision], list[RejectedRow]]:
    """The revisions of a batch, and what is none, each in the order they came."""
    revisions, refused = [], []
    for one in batch:
        try:
            revisions.append(_revision(one))
        except Invalid as error:
            refused.append(RejectedRow(delivered=one, reason=str(error)))
    return revisions, refused


def newest(revisions: Sequence[ArticleRevision]) -> list[ArticleRevision]:
    """The newest revision of each article, by article id; of two of one version, the one that came later.

    Two such are results of two models for one and the same page. In order of id, so that two transactions
    that meet wait for each other instead of dead-locking.
    """
    found: dict[str, ArticleRevision] = {}
    for one in revisions:
        if one.id not in found or one.delivered.version >= found[one.id].delivered.version:
            found[one.id] = one
    return [found[key] for key in sorted(found)]


def _revision(delivered: Delivered) -> ArticleRevision:
    """Raises `Invalid`."""
    if not ID.fullmatch(delivered.key):
        raise Invalid(f"the key {delivered.key[:100]!a} is not an article id")
    if delivered.record is None:
        return ArticleRevision(delivered=delivered, article=None, record={})
    record = _decoded(delivered.record)
    try:
        article = msgspec.convert(record, Article)
    except msgspec.ValidationError as error:
        raise Invalid(f"the value is not an article: {error}") from error
    if article.id != delivered.key:
        raise Invalid(f"the article calls itself {article.id[:100]!a}, and its key is {delivered.key}")
    return ArticleRevision(delivered=delivered, article=article, record=record)


def _decoded(value: bytes) -> Any:
    """The value as JSON, without the NUL characters that PostgreSQL has no room for. Raises `Invalid`."""
    try:
        record = orjson.loads(value)
        return without_nul(record) if b"\\u0000" in value else record
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Invalid(f"the value cannot be read as JSON: {error}") from error


def without_nul(value: Any) -> Any:
    """A decoded JSON value with U+0000 left out of all its strings."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(one) for key, one in value.items()}
    return value
