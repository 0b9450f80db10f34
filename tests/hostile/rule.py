"""What no field of a finished record may hold: docs/contract.md, "What texts contain"."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from lxml import html

#: What the page shows as text, and what is cut out of that: it may speak of tags.
SHOWN = re.compile(r"(?:title|text|captions\.\d+|summary\..*|entities\..*|quotes\..*|dateline\..*)")
URLS = {"url", "canonical_url", "image", "license.url"}
URL = re.compile(r"https?://[^\x00-\x20\x7f-\x9f\"<>\\^`{|}]+")
#: The scraper's own, passed on as they came: `url` as far as it is one.
UNTOUCHED = {"meta"}
#: Of what has no width: the joiners, and signs over numbers (Unicode: prepended concatenation marks).
LEGIBLE = "\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
FLAG = re.compile("\U0001f3f4\U000e0067\U000e0062[\U000e0061-\U000e007a]{3}\U000e007f")
STRAY = re.compile(
    "(?:^|[a-zA-Z\\s])[\u200c\u200d]+(?:[a-zA-Z\\s]|$)|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2}"
)


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a record, keys left out, and where it stands: `authors.0.name`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, one in value.items():
            if not (path == "" and name in UNTOUCHED):
                yield from strings(one, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from strings(one, f"{path}.{place}")


def offences(record: dict[str, Any]) -> list[str]:
    """What a record holds that it may not; one line each."""
    return [
        f"{path}: {why}: {said[:200]!a}" for path, said in strings(record) if (why := _offence(path, said))
    ]


def _offence(path: str, said: str) -> str | None:
    text = (
        said.replace("\n\n", "")
        if path in {"text", "summary.text"} or path.startswith("summary.sent")
        else said
    )
    hidden = next((one for one in FLAG.sub("", text) if _is_hidden(one)), None)
    if hidden is not None or STRAY.search(text):
        return f"U+{ord(hidden or chr(0x200C)):04X}"
    if path in URLS and not URL.fullmatch(said):
        return "no http(s) URL that can stand anywhere"
    if not SHOWN.fullmatch(path) and elements(said):
        return "markup"
    return None


def _is_hidden(character: str) -> bool:
    """Controls, bidi marks, half characters, and what takes no place; the joiners are looked at apart."""
    kind = unicodedata.category(character)
    if kind == "Cf":
        return character not in LEGIBLE
    return kind in {"Cc", "Cs"} or (ord(character) & 0xFFFE) == 0xFFFE


def elements(said: str) -> list[str]:
    """The tags that a parser makes of a string, set into a page with something behind it."""
    if "<" not in said:
        return []
    parsed = html.document_fromstring(f"<div id=around>{said}</div><p title='>'>")
    found = [str(one.tag) for one in parsed.iter() if one.tag not in {"html", "body"}]
    return [] if found == ["div", "p"] else found
