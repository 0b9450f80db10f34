"""Delivered records → revisions of articles, and records that are none: refused, with a reason."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson

from agents.records import Article
from streams.core.sink import Delivered
from streams.errors import Invalid

#: An article id has 32 hexadecimal digits; other pipelines may have other ids. As a key in PostgreSQL, an id
#: must be short and without NUL.
ID = re.compile(r"[^\s\x00]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRevision:
    """A revision of an article; a takedown or a revision that is withdrawn, where `article` is None.

    `record` is the decoded value.
    """

    delivered: Delivered
    article: Article | None
    record: dict[str, Any]

    @property
    def id(self) -> str:
        return self.delivered.key


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A record that cannot be a row, and the reason."""

    delivered: Delivered
    reason: str


def read(batch: Iterable[Delivered]) -> tuple[list[ArticleRevision], list[RejectedRow]]:
    """The revisions of a batch, and the refused records, each in their order."""
    revisions, refused = [], []
    for delivered in batch:
        try:
            revisions.append(_revision(delivered))
        except Invalid as error:
            refused.append(RejectedRow(delivered=delivered, reason=str(error)))
    return revisions, refused


def newest(revisions: Sequence[ArticleRevision]) -> list[ArticleRevision]:
    """The newest revision of each article; of two with the same version, the later in the batch.

    These are the results of two models for the same page. The revisions are sorted by id, so that concurrent
    transactions wait for each other and do not deadlock.
    """
    latest: dict[str, ArticleRevision] = {}
    for revision in revisions:
        if revision.id not in latest or revision.delivered.version >= latest[revision.id].delivered.version:
            latest[revision.id] = revision
    return [latest[key] for key in sorted(latest)]


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
        raise Invalid(f"the article's id is {article.id[:100]!a}, and its key is {delivered.key}")
    return ArticleRevision(delivered=delivered, article=article, record=record)


def _decoded(value: bytes) -> Any:
    """The value as JSON, without NUL characters, which PostgreSQL cannot store. Raises `Invalid`."""
    try:
        record = orjson.loads(value)
        return without_nul(record) if b"\\u0000" in value else record
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise Invalid(f"the value cannot be read as JSON: {error}") from error


def without_nul(value: Any) -> Any:
    """A decoded JSON value without U+0000 in its strings."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(item) for key, item in value.items()}
    return value
