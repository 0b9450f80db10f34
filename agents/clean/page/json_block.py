"""The values in a block of JSON as pages have it: in comments, escaped, several in a row, broken."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson

#: A longer block is not read. The live blogs of a long day have 2,000,000 characters.
MAX_BLOCK = 4_000_000
#: A longer block is read only if it is valid: what repairs it takes ten times as long.
MAX_BROKEN = 1_000_000
MAX_VALUES = 50
# A quotation mark that nothing follows which may follow a string is part of the string: `"a "word" in it"`.
STRING = r'"(?:[^"\\]++|\\.|"(?!\s*+(?:[,:}\]]|\Z)))*+"?+'
MARK = re.compile(r'(\\.)|"', re.DOTALL)
COMMENT = r"/\*(?:[^*]++|\*(?!/))*+(?:\*/)?+|//[^\n]*+"
PIECE = re.compile(
    rf"(?P<string>{STRING})|{COMMENT}|<!--|-->|,(?=(?:\s++|{COMMENT})*+[}}\]])",
    re.DOTALL,
)
ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt]|('))?+")
# Mark-up in which the quotation marks of the JSON itself are escaped.
ESCAPED = re.compile(r"\s*+(?:<!\[CDATA\[\s*+)?[\[{]\s*+(?:[\[{]\s*+)?&(?:amp;)*+(?:quot|#34|#x22);", re.I)
# What is read of a block that no parser can read.
SALVAGED = re.compile(
    r'"(@type|headline|datePublished|dateModified|description|articleSection)"\s*+:\s*+'
    r'"((?:[^"\\\n]|\\.)*+)"'
)
PERSON = re.compile(
    r'"(author|creator)"\s*+:\s*+\[?+\s*+\{[^{}]{0,500}?"name"\s*+:\s*+"((?:[^"\\\n]|\\.)*+)"'
)
DECODER = json.JSONDecoder(strict=False)  # raw line breaks inside strings are the commonest fault


def values(block: str) -> list[Any]:
    """The values in the block, in their order; of a block that cannot be read, one object of a few keys."""
    if len(block) > MAX_BLOCK:
        return [_salvaged(block[:MAX_BROKEN])]
    if ESCAPED.match(block):
        block = unescape(unescape(block))
    try:
        return [orjson.loads(block)]
    except orjson.JSONDecodeError:
        return list(_repaired(block[:MAX_BROKEN]))


def _repaired(block: str) -> Iterator[Any]:
    """Comments, CDATA marks and commas too many are left out, and whatever stands between the values."""
    repaired = PIECE.sub(_piece, block)
    at = _next_value(repaired, 0)
    for _ in range(MAX_VALUES):
        if at < 0:
            return
        try:
            value, at = DECODER.raw_decode(repaired, at)
        except (ValueError, RecursionError):
            yield _salvaged(block if at == 0 else repaired[at:])
            return
        yield value
        at = _next_value(repaired, at)


def _next_value(block: str, at: int) -> int:
    return min((start for start in (block.find(mark, at) for mark in "{[") if start >= 0), default=-1)


def _piece(piece: re.Match[str]) -> str:
    string = piece["string"]
    if string is None:
        return " "
    inner = string[1:-1] if len(string) > 1 and string.endswith('"') else string[1:]
    if '"' in inner:
        inner = MARK.sub(lambda mark: mark[1] or '\\"', inner)
    return f'"{ESCAPE.sub(_escape, inner)}"' if "\\" in inner else f'"{inner}"'


def _escape(escape: re.Match[str]) -> str:
    """The escape; JSON has no others, and `\\'` is the apostrophe of JavaScript."""
    return "\\\\" if len(escape[0]) == 1 else escape[1] or escape[0]


def _salvaged(block: str) -> dict[str, Any]:
    """The first value of each key that matters. Broken escapes stay as they are."""
    node: dict[str, Any] = {}
    for key, value in SALVAGED.findall(block):
        node.setdefault(key, _string(value))
    for key, value in PERSON.findall(block):
        node.setdefault(key, {"name": _string(value)})
    return node


def _string(inner: str) -> str:
    try:
        return str(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return inner
