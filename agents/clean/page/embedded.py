"""The text in the data of a page: `articleBody`, `__NEXT_DATA__` and the like, for pages that show none.

A page that a script fills in has its article as JSON: as a text, as HTML, or as a list of blocks in one of a
dozen formats. So all values are searched: those that read like prose, under whatever keys they stand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from agents.clean.page import agreement, json_block
from agents.clean.page.jsonld import many
from agents.clean.page.parse import Page
from agents.clean.page.rich_text import Reader
from agents.clean.page.text import words

LEAST_WORDS, LEAST_CHARACTERS = 40, 80
MAX_SCRIPTS = 50
MAX_VALUES = 50_000
MAX_DEPTH = 60
ASSIGNED = re.compile(r"(?:=|\()\s*+(?=[{\[])")
IN_STRING = re.compile(r"JSON\.parse\(\s*+(\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+')")
STRING = re.compile(r"\"(?:[^\"\\]++|\\.)*+\"", re.DOTALL)
MAX_PROGRAM = 2_000_000
PUSHED = "__next_f.push("
# Where other articles, comments and the texts of the site itself stand.
ELSEWHERE = re.compile(
    r"comment|related|recommend|most_?read|popular|trending|teaser|footer|cookie|consent|privacy|legal|terms|i18n"
    r"|translation|messages|config|newsletter|subscri|navigation|menu|advert",
    re.IGNORECASE,
)
HEADLINES = ("headline", "title", "name")
ADDRESSES = (
    "url",
    "slug",
    "path",
    "href",
    "link",
    "canonicalUrl",
    "permalink",
    "publishedAt",
    "datePublished",
)


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of the data, and how well the object that holds it agrees with the page."""

    agreement: int
    lines: list[str]

    @property
    def rank(self) -> tuple[int, int]:
        return self.agreement, words(self.lines)


def lines(page: Page) -> list[str]:
    """The paragraphs of the longest text of those that agree best with the page, if any."""
    reader = Reader()
    body = reader.lines(page.article.get("articleBody") or page.article.get("text"))
    if words(body) >= LEAST_WORDS:
        return body
    proses = [each for value in _data(page) for each in _prose(value, page.identity, reader)]
    return max(proses, key=lambda each: each.rank).lines if proses else []


def _data(page: Page) -> Iterator[Any]:
    """The values in the page's scripts, in their order."""
    pushed: list[str] = []
    for script in page.tree.xpath("//script[not(@src)]")[: 4 * MAX_SCRIPTS]:
        text, kind = script.text or "", (script.get("type") or "").lower()
        if len(text) < 200 or "ld+json" in kind:
            continue
        if "json" in kind:
            yield from json_block.values(text)
        elif PUSHED in text:
            arguments = json_block.values(text.partition(PUSHED)[2].rstrip(" \n;)"))
            pushed += [each for value in arguments for each in many(value) if isinstance(each, str)]
        else:
            yield from _assigned(text)
    # The server components of Next.js: `1a:{...}` lines, cut anywhere.
    for row in "".join(pushed).split("\n")[:1000]:
        start = min((at for at in map(row.find, "{[") if at >= 0), default=-1)
        if 0 < start < 20:
            yield from json_block.values(row[start:])


def _assigned(script: str) -> Iterator[Any]:
    """`window.__STATE__ = {...}` and `JSON.parse("...")`."""
    if (quoted := IN_STRING.search(script)) is not None:
        text = (
            quoted[1]
            if quoted[1].startswith('"')
            else f'"{quoted[1][1:-1].replace(chr(34), chr(92) + chr(34))}"'
        )
        for value in json_block.values(f"[{text}]"):
            yield from (
                inner for each in many(value) if isinstance(each, str) for inner in json_block.values(each)
            )
        return
    start = ASSIGNED.search(script)
    values = json_block.values(script[start.end() :])[:1] if start else []
    yield from values if any(values) else _strings(script)


def _strings(script: str) -> Iterator[Any]:
    """The long strings of a program."""
    for literal in STRING.findall(script[:MAX_PROGRAM]):
        if len(literal) > LEAST_CHARACTERS:
            yield from json_block.values(f"[{literal}]")


def _prose(value: Any, page: agreement.Identity, reader: Reader) -> Iterator[Prose]:
    """The texts in a value. What an object says of itself, its headline and URL, holds for all within it."""
    pending: list[tuple[Any, int, int]] = [(value, agreement.UNKNOWN, 0)]
    for _ in range(MAX_VALUES):
        if not pending:
            return
        value, rating, depth = pending.pop()
        if isinstance(value, dict):
            reader.named.update(
                (key, each) for key, each in value.items() if ":" in key and isinstance(each, dict)
            )
            rating = _agreement(value, page) if _is_article(value) else rating
        elif isinstance(value, str) or (isinstance(value, list) and not any(map(_is_article, value))):
            body = reader.lines(value) if rating != agreement.OTHER else []
            if words(body) >= LEAST_WORDS:
                yield Prose(rating, body)
                continue
        if depth < MAX_DEPTH:
            pending += [(each, rating, depth + 1) for each in _inner(value)]


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        inner = [each for key, each in value.items() if not ELSEWHERE.search(str(key))]
    else:
        inner = value if isinstance(value, list) else []
    return [each for each in inner if isinstance(each, dict | list) or _is_long(each)]


def _is_long(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= LEAST_CHARACTERS


def _is_article(value: Any) -> bool:
    """Whether it is an object with a headline and an address or a date: no block of a text has these."""
    return (
        isinstance(value, dict)
        and any(isinstance(value.get(key), str) for key in HEADLINES)
        and any(value.get(key) for key in ADDRESSES)
    )


def _agreement(article: dict[str, Any], page: agreement.Identity) -> int:
    headline = next((article[key] for key in HEADLINES if isinstance(article.get(key), str)), None)
    return page.agreement({"headline": headline, "url": article.get("url")})
