"""A hostile raw record, and the parts that all of them are made of."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from streams.core.message import Headers

URL = "https://www.hostile.example/2026/11/harbour"
HTML: Headers = (("content-type", b"text/html"),)
JSON: Headers = (("content-type", b"application/json"),)
#: A topic accepts records of up to 8 MiB; a page must be a little smaller.
LARGE = 7_500_000
PARAGRAPHS = (
    "The council of Gosport voted on Tuesday to keep the harbour ferry running through the winter, after a"
    " debate that filled the public gallery until well past midnight.",
    "Marta Lindqvist, who chairs the Harbour Board, said that fares would rise in January and that the"
    " operator had promised to publish how many passengers it carries each month.",
    "Two crossings an hour remain, and the last boat leaves the southern quay at eleven in the evening, as it"
    " has done since the old bridge was closed.",
)


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """A raw record as an attacker would publish it."""

    value: bytes
    headers: Headers = HTML
    key: bytes = URL.encode()


Corpus = dict[str, Callable[[], Hostile]]


def story(*, before: str = "", after: str = "") -> str:
    """A good article, with something before and after its text."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return f"<article><h1>Harbour ferry stays</h1>{before}{text}{after}</article>"


def page(body: str | None = None, head: str = "", title: str = "Harbour ferry stays") -> str:
    content = story() if body is None else body
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body>{content}</body></html>"
    )


def html(text: str, headers: Headers = HTML) -> Hostile:
    """A page in UTF-8, with lone surrogates as they are."""
    return Hostile(value=text.encode("utf-8", "surrogatepass"), headers=headers)


def raw(**fields: Any) -> Hostile:
    record = {"url": URL, "html": page(), **fields}
    return Hostile(value=json.dumps(record, ensure_ascii=False).encode(), headers=JSON)


def linked(data: str) -> str:
    return f'<script type="application/ld+json">{data}</script>'
