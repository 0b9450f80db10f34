"""Pages in files: which URL they were fetched from, and the record that publishes them.

A page needs its URL. It is, the first wins: the one given, the one in `index.toml` beside the file, what the
page says of itself (`<link rel="canonical">`, `og:url`). The index is a list of tables:

    [[page]]
    file = "harbour.html"
    url = "https://harbour-courier.example/2026/03/ferry"
    feed = "harbour-courier"              # optional
    fetched_at = "2026-03-03T09:00:00Z"   # optional
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from html import unescape
from pathlib import Path
from typing import Any

import orjson

from streams.errors import ConfigError, Invalid

INDEX = "index.toml"
HEAD_BYTES = 65_536
TEXT_SUFFIX = ".txt"
LINKS = (
    (re.compile(rb"<link\b[^>]*\brel\s*=\s*[\"']?canonical\b[^>]*>", re.I), b"href"),
    (re.compile(rb"<meta\b[^>]*\b(?:property|name)\s*=\s*[\"']?og:url\b[^>]*>", re.I), b"content"),
)


class Form(StrEnum):
    """How a page is published: as a JSON record that holds it, or as its own bytes."""

    JSON = "json"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an index says of a file. Times are RFC 3339."""

    file: str
    url: str | None
    feed: str | None
    fetched_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Key, value and headers of one record to be published."""

    key: bytes | None
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


def read_index(folder: Path) -> dict[str, Entry]:
    """File name → entry, in the order of the index; empty without one. Raises `ConfigError`."""
    path = folder / INDEX
    if not path.is_file():
        return {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8")).get("page", [])
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    entries = [_entry(table) for table in tables if isinstance(table, dict)]
    return {entry.file: entry for entry in entries if entry.file}


def page_record(
    body: bytes, suffix: str, entry: Entry | None, *, url: str | None, form: Form | None
) -> Published:
    """The record of a page. `form` None: JSON where there is a feed to carry, else bytes.

    Raises `Invalid` where the URL is not known, and where JSON is wanted and the page is not UTF-8.
    """
    known = url or (entry and entry.url) or declared_url(body)
    if known is None:
        raise Invalid("its URL is not known: give --url, an index.toml beside it, or a canonical link in it")
    if form is Form.JSON or (form is None and entry and entry.feed):
        text = _utf8(body)
        if text is not None:
            return _as_json(text, suffix, known, entry)
        if form is Form.JSON:
            raise Invalid("it is not UTF-8, so it cannot be sent as JSON")
    return _as_bytes(body, suffix, known, entry)


def declared_url(body: bytes) -> str | None:
    """The http(s) URL that a page gives itself in its first 64 KiB."""
    for tag, attribute in LINKS:
        for found in tag.finditer(body[:HEAD_BYTES]):
            value = re.search(
                rb"\b" + attribute + rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", found[0], re.I
            )
            url = unescape(b"".join(value.groups(b"")).decode("utf-8", "replace")).strip() if value else ""
            if url.lower().startswith(("http://", "https://")):
                return url
    return None


def _entry(table: dict[str, Any]) -> Entry:
    return Entry(
        file=str(table.get("file", "")),
        url=_text(table.get("url")),
        feed=_text(table.get("feed")),
        fetched_at=_text(table.get("fetched_at")),
    )


def _text(value: object) -> str | None:
    """A string, or a TOML time as RFC 3339."""
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) and value else None


def _utf8(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _as_json(text: str, suffix: str, url: str, entry: Entry | None) -> Published:
    article = {"url": url, "text" if suffix == TEXT_SUFFIX else "html": text}
    if entry:
        given = {"feed": entry.feed, "fetched_at": entry.fetched_at}
        article |= {name: value for name, value in given.items() if value}
    headers = (("content-type", b"application/json"),)
    return Published(key=url.encode(), value=orjson.dumps(article), headers=headers)


def _as_bytes(body: bytes, suffix: str, url: str, entry: Entry | None) -> Published:
    media = b"text/plain" if suffix == TEXT_SUFFIX else b"text/html"
    headers = [("content-type", media)]
    if entry and entry.fetched_at:
        headers.append(("ce_time", entry.fetched_at.encode()))
    return Published(key=url.encode(), value=body, headers=tuple(headers))
