"""What no field of a finished record may contain: docs/guides/contract.md, "What texts contain"."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import html

#: Fields with text that the page shows, or spans of it. Such text may mention tags.
SHOWN = re.compile(r"(?:title|text|captions\.\d+|summary\..*|entities\..*|quotes\..*|dateline\..*)")
URLS = {"url", "canonical_url", "image", "license.url"}
URL = re.compile(r"https?://[^\x00-\x20\x7f-\x9f\"<>\\^`{|}]+")
#: Fields from the scraper that are passed on unchanged.
UNTOUCHED = {"meta"}
#: Allowed characters without width: joiners, and signs over numbers (Unicode: prepended concatenation marks).
LEGIBLE = "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
FLAG = re.compile("\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f")
STRAY = re.compile(
    "(?:^|[a-zA-Z\\s])[\u200c\u200d]+(?:[a-zA-Z\\s]|$)|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}"
)


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a record except keys, with its path, for example `authors.0.name`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, item in value.items():
            if not (path == "" and name in UNTOUCHED):
                yield from strings(item, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from strings(item, f"{path}.{place}")


def offences(record: dict[str, Any]) -> list[str]:
    """What a record contains and must not, one per line."""
    return [
        f"{path}: {offence}: {text[:200]!a}"
        for path, text in strings(record)
        if (offence := _offence(path, text))
    ]


def _offence(path: str, text: str) -> str | None:
    with_breaks = path in {"text", "summary.text"} or path.startswith("summary.sent")
    line = text.replace("\n\n", "") if with_breaks else text
    hidden = next((character for character in FLAG.sub("", line) if _is_hidden(character)), None)
    if hidden is not None or STRAY.search(line):
        return f"U+{ord(hidden or chr(0x200C)):04X}"
    if path in URLS and not URL.fullmatch(text):
        return "not an http(s) URL that is safe everywhere"
    if not SHOWN.fullmatch(path) and elements(text):
        return "markup"
    return None


def _is_hidden(character: str) -> bool:
    """Controls, bidi marks, surrogates and characters without width. Joiners are checked separately."""
    kind = unicodedata.category(character)
    if kind == "Cf":
        return character not in LEGIBLE
    return kind in {"Cc", "Cs"} or (ord(character) & 0xFFFE) == 0xFFFE


def elements(text: str) -> list[str]:
    """The tags that a parser finds in a string that is put into a page, with something after it."""
    if "<" not in text:
        return []
    parsed = html.document_fromstring(f"<div id=around>{text}</div><p title='>'>")
    tags = [str(element.tag) for element in parsed.iter() if element.tag not in {"html", "body"}]
    return [] if tags == ["div", "p"] else tags
