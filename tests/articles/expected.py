"""The recorded articles: a folder each, with what a scraper sends and what its outcome must be.

    page.html or page.*  the bytes as they were sent
    raw.toml             url, and as wanted content_type, feed, fetched_at, title, published_at, language
    expected.json        the clean article, or {"discarded": reason}

A new case is a new folder. `python -m tests.articles.expected NAME...` writes expected.json again for the
named folders (all, if none is named): read the difference before you commit it.
"""

import sys
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import orjson

from agents.clean.settings import CleanSettings
from agents.clean.work import CleanWork, load
from agents.raw import read_raw
from agents.records import RawArticle
from streams.core.message import Message
from streams.core.stage import Discard

FOLDER = Path(__file__).parent
CASES = sorted(page.parent.name for page in FOLDER.glob("*/raw.toml"))


def raw_article(name: str) -> RawArticle:
    """The case as it comes off the topic: bytes with headers; text in JSON where there is no content_type."""
    fields: dict[str, Any] = tomllib.loads((FOLDER / name / "raw.toml").read_text("utf-8"))
    page = next((FOLDER / name).glob("page.*")).read_bytes()
    media = fields.pop("content_type", None)
    if media is None:
        return msgspec.convert(fields | {"text": page.decode("utf-8")}, RawArticle)
    headers = {"content-type": media, "ce_time": fields.get("fetched_at")}
    message = Message(
        topic="news.raw",
        partition=0,
        offset=0,
        timestamp=0,
        key=fields["url"].encode(),
        value=page,
        headers=tuple((header, value.encode()) for header, value in headers.items() if value),
    )
    article: RawArticle = read_raw(message)
    return article


def outcome(work: CleanWork, name: str) -> dict[str, Any]:
    """The outcome of the case, as JSON has it."""
    result = work(raw_article(name))
    record = {"discarded": result.reason} if isinstance(result, Discard) else result
    as_json: dict[str, Any] = orjson.loads(orjson.dumps(record))
    return as_json


def write(names: list[str]) -> None:
    work = load(CleanSettings())
    for name in names:
        page = orjson.dumps(outcome(work, name), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        (FOLDER / name / "expected.json").write_bytes(page)


if __name__ == "__main__":
    write(sys.argv[1:] or CASES)
