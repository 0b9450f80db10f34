"""Pages in files: which URL they were fetched from, and the record that publishes them.

A page needs its URL. It is the first of these: the one given, the one in `index.toml` beside the file, the
one that the page names itself (`<link rel="canonical">`, `og:url`). The index is a list of tables:

    [[page]]
    file = "harbour.html"
    url = "https://harbour-courier.example/2026/03/ferry"
    feed = "harbour-courier"              # optional
    fetched_at = "2026-03-03T09:00:00Z"   # optional
    shows = "An article and its byline."  # optional; what the page is an example of, for `copydesk demo`
"""

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import orjson

from streams.core.message import RecordToPublish
from streams.core.timestamps import utc
from streams.errors import ConfigError, Invalid
from streams.ingest.forms import Form
from streams.ingest.url_list import reject_url_list
from streams.ingest.warc import ArchivedPage

INDEX = "index.toml"
HEAD_BYTES = 65_536
TEXT_SUFFIX = ".txt"
VALUE = rb"\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))"
LINKS = (
    # The tag, what it must contain, and the attribute that holds the URL.
    (
        re.compile(rb"<link\b[^>]*+(?:>|\Z)", re.I),
        re.compile(rb"\brel\s*=\s*[\"']?canonical\b", re.I),
        re.compile(rb"\bhref" + VALUE, re.I),
    ),
    (
        re.compile(rb"<meta\b[^>]*+(?:>|\Z)", re.I),
        re.compile(rb"\b(?:property|name)\s*=\s*[\"']?og:url\b", re.I),
        re.compile(rb"\bcontent" + VALUE, re.I),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A file in an index. Times are RFC 3339."""

    file: str
    url: str | None
    feed: str | None
    fetched_at: str | None
    shows: str | None = None


def read_index(folder: Path) -> dict[str, IndexEntry]:
    """File name → entry, in the order of the index; empty if there is none. Raises `ConfigError`."""
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
    body: bytes, suffix: str, entry: IndexEntry | None, *, url: str | None, form: Form | None
) -> RecordToPublish:
    """The record of a page. `form` None: JSON if the page has a feed, else bytes.

    Raises `Invalid` where the URL is not known, where JSON is wanted and the page is not UTF-8, for a list of
    URLs, and for a `fetched_at` that is not a time.
    """
    if entry and entry.fetched_at and utc(entry.fetched_at) is None:
        raise Invalid(f"its fetched_at in {INDEX}, {entry.fetched_at[:100]!a}, is not a time (RFC 3339)")
    if suffix == TEXT_SUFFIX:
        reject_url_list(body)
    known = url or (entry and entry.url) or declared_url(body)
    if known is None:
        raise Invalid("its URL is not known: give --url, an index.toml beside it, or a canonical link in it")
    if form is Form.JSON or (form is None and entry and entry.feed and _is_utf8(body)):
        return _as_json(body, suffix, known, entry)
    media = "text/plain" if suffix == TEXT_SUFFIX else "text/html"
    return _as_bytes(body, media, known, entry)


def archived_record(page: ArchivedPage, entry: IndexEntry | None, *, form: Form | None) -> RecordToPublish:
    """The record of a page in an archive. Its `WARC-Record-ID` becomes its identity; `entry` may name a feed.

    Raises `Invalid` where JSON is wanted and the page is not UTF-8.
    """
    feed = entry.feed if entry else None
    known = IndexEntry(file="", url=page.url, feed=feed, fetched_at=page.fetched_at)
    if form is Form.JSON:
        record = _as_json(page.body, "", page.url, known)
    else:
        record = _as_bytes(page.body, page.content_type, page.url, known)
    if page.record_id is None:
        return record
    identity = (("ce_id", page.record_id.strip("<>").encode()), ("ce_source", b"urn:warc"))
    return replace(record, headers=(*record.headers, *identity))


def declared_url(body: bytes) -> str | None:
    """The http(s) URL that a page names in its first 64 KiB."""
    for tag, kind, attribute in LINKS:
        for match in tag.finditer(body[:HEAD_BYTES]):
            if not (match[0].endswith(b">") and kind.search(match[0])):
                continue
            value = attribute.search(match[0])
            url = unescape(b"".join(value.groups(b"")).decode("utf-8", "replace")).strip() if value else ""
            if url.lower().startswith(("http://", "https://")):
                return url
    return None


def _entry(table: dict[str, Any]) -> IndexEntry:
    names = ("url", "feed", "fetched_at", "shows")
    url, feed, fetched_at, shows = (_text(table.get(name)) for name in names)
    return IndexEntry(file=str(table.get("file", "")), url=url, feed=feed, fetched_at=fetched_at, shows=shows)


def _text(value: object) -> str | None:
    """A string, or a TOML time as RFC 3339."""
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, str) and value else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_json(body: bytes, suffix: str, url: str, entry: IndexEntry | None) -> RecordToPublish:
    if not _is_utf8(body):
        raise Invalid("it is not UTF-8, so it cannot be sent as JSON")
    if suffix == TEXT_SUFFIX:
        article = {"url": url, "text": body.decode("utf-8")}
    else:
        # JSON does not hold the page's bytes, so it says which charset they were in.
        article = {"url": url, "html": body.decode("utf-8-sig"), "charset": "utf-8"}
    if entry:
        fields = {"feed": entry.feed, "fetched_at": entry.fetched_at}
        article |= {name: value for name, value in fields.items() if value}
    headers = (("content-type", b"application/json"),)
    return RecordToPublish(key=url.encode(), value=orjson.dumps(article), headers=headers)


def _as_bytes(body: bytes, content_type: str, url: str, entry: IndexEntry | None) -> RecordToPublish:
    headers = [("content-type", content_type.encode())]
    if entry and entry.fetched_at:
        headers.append(("ce_time", entry.fetched_at.encode()))
    if entry and entry.feed:
        headers.append(("ce_feed", entry.feed.encode()))
    return RecordToPublish(key=url.encode(), value=body, headers=tuple(headers))
