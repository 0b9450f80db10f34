"""What a scraper sends as `html` or `text`, as it was meant: feeds cut, escape and wrap pages."""

import re
from dataclasses import replace
from html import unescape
from itertools import islice
from typing import Any, Literal

import orjson

from agents.clean.page import shortcodes
from agents.clean.page.plaintext import blocks
from agents.records import RawArticle

Kind = Literal["page", "fragment", "text", "other"]

BLOCKS = (
    "p|br|div|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|figure|figcaption|img|table|tr|td|th|section|article|main|header"
    "|footer|nav|aside|pre|hr|center|iframe|video|picture|source|script|style|noscript|form|svg"
)
INLINE = "a|b|i|u|em|strong|span|small|sub|sup|font|cite|q|mark|abbr|time|s|del|ins|code|label|button|input"
WHOLE_PAGE = re.compile(r"<(?:!doctype\s++html|html|head|body|title|meta)\b", re.IGNORECASE)
XML = re.compile(r"\s*+<(?:\?xml|rss|feed|rdf:rdf|urlset|sitemapindex|opml|svg|kml|error|sitemap)\b", re.I)
TAG = re.compile(rf"</?(?:{BLOCKS}|{INLINE})(?=[\s/>])", re.IGNORECASE)
BLOCK = re.compile(rf"</?(?:{BLOCKS})(?=[\s/>])", re.IGNORECASE)
PARAGRAPH = re.compile(r"<(?:p|br|div)(?=[\s/>])", re.IGNORECASE)
ESCAPED_TAG = re.compile(rf"&(?:amp;){{0,3}}(?:lt|#0?60|#x3c);/?(?:{BLOCKS}|{INLINE})(?=[\s/>&])", re.I)
MARKS = re.compile(r"(?:<|&lt;)!\[CDATA\[|\]\](?:>|&gt;)", re.IGNORECASE)
# JSON that was written into JSON a second time; a path, `C:\new`, has none of these.
JSON_ESCAPED = re.compile(r"\\n\\n|\\u003[cC]|\\[\"/]")
JSON_ESCAPE = re.compile(r"\\(?:u00(3[cCeE]|26|27|22)|([\"/])|([nrt]))")
DOUBLE_BREAK = re.compile(r"(?:<br\s*+/?>\s*+){2,}", re.IGNORECASE)
CENTER = re.compile(r"(</?)center(?=[\s>])", re.IGNORECASE)
HEAD = 4096
ROUNDS = 3
"""Layers of escapes that are undone, at most: feeds in feeds have two."""


def kind(content: str) -> Kind:
    """Whether it is a page, a part of one, plain text, or something else: JSON, a feed."""
    if WHOLE_PAGE.search(content, 0, HEAD):
        return "page"
    if XML.match(content) or is_json(content):
        return "other"
    return "fragment" if TAG.search(content) else "text"


def is_plain(text: str) -> bool:
    """Whether what was sent as text is that: an `<i>` or a `<p>` may be its subject, several are not."""
    form = kind(text)
    return form == "text" or (form == "fragment" and sum(1 for _ in islice(BLOCK.finditer(text), 2)) < 2)


def is_json(content: str) -> bool:
    """Whether it is JSON, whole or the beginning of it; a text may begin with a bracket as well."""
    start = content.lstrip("\ufeff \t\r\n")
    if re.match(r'(?:\[\s*+)*+\{\s*+"[^"\n]{0,200}"\s*+:', start):
        return True
    return start.startswith(("{", "[")) and start.rstrip().endswith(("}", "]")) and _parses(start)


def _parses(text: str) -> bool:
    try:
        value: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(value, dict | list)


def unwrapped(content: str) -> str:
    """The content without the escapes and CDATA marks of the formats that it went through."""
    if WHOLE_PAGE.search(content, 0, HEAD):
        return content
    content = MARKS.sub("", content)
    if "\n" not in content and JSON_ESCAPED.search(content):
        content = JSON_ESCAPE.sub(_character, content)
    for _ in range(ROUNDS):
        if len(ESCAPED_TAG.findall(content)) <= len(TAG.findall(content)):
            break
        content = MARKS.sub("", unescape(content))
    return content


def _character(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return escape[2] or {"n": "\n", "r": "\r", "t": "\t"}[escape[3]]


def document(fragment: str) -> str:
    """A page of the part of one. Where nothing else separates its paragraphs, line breaks do."""
    body = CENTER.sub(r"\1div", shortcodes.as_figures(fragment))
    if not PARAGRAPH.search(body):
        body = "\n".join(each if BLOCK.match(each) else f"<p>{each}</p>" for each in blocks(body))
    elif "<p" not in body:
        body = DOUBLE_BREAK.sub("</p><p>", f"<p>{body}</p>")
    return f"<html><body><article>{body}</article></body></html>"


def as_meant(record: RawArticle) -> RawArticle:
    """The record with a page as its `html` if it has one, and as its `text` plain text or another page."""
    html, text = readable(record.html), _readable_text(record.text)
    if html and text and kind(html) == "other":
        html = None
    if html and kind(html) == "text":
        text = html if len(html) > len(text or "") else text
        html = None
    if html is None and text and not is_plain(text):
        html, text = text, None
    return replace(record, html=html, text=text)


def _readable_text(text: str | None) -> str | None:
    bare = unwrapped(text) if text and text.strip() else None
    return bare if bare and is_plain(bare) else readable(text)


def readable(content: str | None) -> str | None:
    """The content without what formats have wrapped around it; a part of a page becomes a page."""
    if not content or not content.strip():
        return None
    content = unwrapped(content)
    return document(content) if kind(content) == "fragment" else content
