"""The two forms in which a scraper publishes: RawArticle as JSON, and the page's own bytes.

The header `content-type` says which form it is; media types are compared without their parameters. A null
value is a takedown of the key's URL. The headers of a CloudEvent complete the record: `ce_time` is when the
page was fetched, and the extension attribute `ce_feed` is its feed.
"""

import re
from dataclasses import replace
from typing import Any

from agents.charsets import codec
from agents.ids import article_id
from agents.records import RawArticle, RawPage
from streams.core.message import Message
from streams.core.topic import read_json
from streams.errors import Invalid

PAGES = {"text/html", "application/xhtml+xml", "text/plain"}
CHARSET = re.compile(r"(?:^|;)\s*charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
ARTICLE_ID = re.compile(r"[0-9a-f]{32}")


def read_raw(message: Message) -> RawArticle:
    """The raw article in a record of `news.raw`. Raises `Invalid` with the reason."""
    declared = message.header("content-type")
    media, charset = _media_type(declared)
    if not (message.value or b"").strip():
        raise Invalid("the value is empty")
    if media in PAGES:
        return _read_page(message, media, charset)
    if media == "application/json" or (declared is None and _looks_like_json(message)):
        return _checked(_with_headers(message, _read_article(message)))
    if declared is None:
        raise Invalid("the value is not JSON, and there is no content-type header")
    raise Invalid(f"content-type {declared[:100]!r} is not supported")


def _tidied(value: Any) -> Any:
    """The JSON of an article with null fields left out, and authors as a list of names.

    Feed parsers give authors as one string, or as objects with a name.
    """
    if not isinstance(value, dict):
        return value
    fields = {name: field for name, field in value.items() if field is not None}
    authors = fields.get("authors", [])
    listed = [authors] if isinstance(authors, str | dict) else authors
    if not isinstance(listed, list):
        return fields
    names = [author.get("name") if isinstance(author, dict) else author for author in listed]
    return fields | {"authors": [name for name in names if name is not None]}


_read_article = read_json(RawArticle, _tidied)


def forget_url(message: Message) -> bytes:
    """The article id of the URL that a takedown names, as a key. Raises `Invalid`."""
    named = _url_of(message)
    return (named if ARTICLE_ID.fullmatch(named) else article_id(named)).encode()


def _media_type(header: str | None) -> tuple[str, str | None]:
    """`text/html; charset=x` -> (`text/html`, `x`).

    The standard library's parser of mail headers takes what it cannot read for text/plain.
    """
    media, _, parameters = (header or "").partition(";")
    charset = CHARSET.search(parameters)
    return media.strip().lower(), charset[1] if charset else None


def _looks_like_json(message: Message) -> bool:
    return (message.value or b"").lstrip()[:1] == b"{"


def _read_page(message: Message, media: str, charset: str | None) -> RawArticle:
    url = _url_of(message)
    article_id(url)
    value = message.value or b""
    if media == "text/plain":
        return _with_headers(message, RawArticle(url=url, text=_text(value, charset), charset=charset))
    return _with_headers(message, RawPage(url=url, page=value, charset=charset))


def _with_headers(message: Message, article: RawArticle) -> RawArticle:
    """The article with the time and feed of the event's headers, where it has none of its own."""
    fetched_at = article.fetched_at or message.header("ce_time")
    return replace(article, fetched_at=fetched_at, feed=article.feed or message.header("ce_feed"))


def _text(value: bytes, charset: str | None) -> str:
    name = codec(charset or "utf-8")
    if name is None:
        raise Invalid(f"the text is not {(charset or '')[:40]!a}: there is no such charset")
    try:
        return value.decode(name)
    except ValueError as error:
        raise Invalid(f"the text is not {charset or 'utf-8'}: {error}") from error


def _checked(article: RawArticle) -> RawArticle:
    """The article, if it has an http(s) URL and something to read."""
    article_id(article.url)
    if not (article.html or article.text):
        raise Invalid("the record has neither html nor text")
    return article


def _url_of(message: Message) -> str:
    subject = message.header("ce_subject")
    if subject:
        return subject
    if message.key is None:
        raise Invalid("there is no URL: neither a key nor a ce_subject header")
    try:
        return message.key.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Invalid("the key is not UTF-8, so it names no URL") from error
