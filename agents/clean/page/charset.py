"""Bytes of a page → its text and its charset."""

import codecs
import re
from dataclasses import dataclass, replace

from agents import charsets
from agents.clean.page.compression import unpacked
from agents.clean.page.likelihood import HIGH_BYTES, UNDECLARED, likelihoods, pieces
from agents.clean.page.mojibake import repaired

#: Comments are skipped, as browsers do.
DECLARATION = re.compile(rb"<!--(?:.*?-->|.*)|<(?:meta|\?xml)\b([^<>]*+)", re.IGNORECASE | re.DOTALL)
NAMED = re.compile(rb"(?:charset|encoding)\s*+=\s*+[\"']?+\s*+([^\s\"'/>]++)", re.IGNORECASE)
#: Browsers look at 1,024 bytes before they start, and at the rest of the head as they read it.
HEAD_BYTES = 65_536
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16le"), (codecs.BOM_UTF16_BE, "utf-16be"))
JAPANESE_SHIFTS = (b"\x1b$B", b"\x1b$@")
PRIVATE = re.compile("[\ue000-\uf8ff]")
SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[€¤¦§¶±¬‰†‡](?=[^\W\d_])")
OF_THREE_BYTES = re.compile("[\u0800-\U0010ffff]")
#: They use only ASCII, so such a page would be valid UTF-8 with other characters; each has a sign of its own.
#: Browsers do not read these two.
SEVEN_BIT = {"hz": b"~{", "iso2022_kr": b"\x0e"}
#: A declared charset is kept unless another is more likely by so much.
MARGIN = 0.05
FEW_BYTES = 20


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the standard's name of its charset, and whether that is a guess."""

    text: str
    charset: str | None
    guessed: bool = False


def decode(page: bytes, declared: str | None, max_bytes: int) -> Decoded:
    """The text of a page, which may be compressed. `declared` is the charset of the HTTP header.

    Valid UTF-8 is UTF-8, whatever the page declares: no other encoding is valid UTF-8 by chance. Raises
    `Invalid` where the page is larger than `max_bytes`.
    """
    mark, page = _without_mark(unpacked(page, max_bytes))
    labels = [label for label in (mark, declared, _named_by(page)) if label]
    decoded = _in_units(page, mark) or _in_seven_bits(page, labels) or _in_utf8(page, labels)
    decoded = decoded or _in_one_of(page, labels)
    utf8 = page if decoded.charset == "utf-8" else decoded.text.encode()
    return replace(decoded, text=repaired(decoded.text, utf8))


def _without_mark(page: bytes) -> tuple[str | None, bytes]:
    for mark, name in BOMS:
        if page.startswith(mark):
            return name, page[len(mark) :]
    return None, page


def _named_by(page: bytes) -> str | None:
    for tag in DECLARATION.finditer(page, 0, HEAD_BYTES):
        attributes = (tag[1] or b"").lower()
        named = NAMED.search(attributes)
        if named and (b"content" not in attributes or b"http-equiv" in attributes):
            return named[1].decode("ascii", "replace")
    return None


def _in_units(page: bytes, mark: str | None) -> Decoded | None:
    """UTF-16, which is known by its zero bytes: every character of the markup has one."""
    # After a lost byte all others are in the wrong place: then the first ones say most.
    name = _of_units(page[:4096]) or _of_units(page[:64])
    if name is None and mark in ("utf-16le", "utf-16be") and b"<" not in page:
        name = mark
    if name is None:
        return None
    text = page.decode(name, "replace")
    windows = {_of_units(page[at : at + 128]) for at in range(0, len(page), 128)}
    return Decoded(text, name, guessed=_is_broken(text) or windows >= {"utf-16le", "utf-16be"})


def _is_broken(text: str) -> bool:
    """Whether bytes did not fit, but for a character that is cut off at the end, of up to three bytes."""
    return "\ufffd" in text[:-3]


def _is_doubtful(text: str) -> bool:
    """Whether it has what right text has not: private characters, as pairs of bytes give that are read from
    their second on, or a sign within a word, as in `caf€m`."""
    return PRIVATE.search(text) is not None or SIGN_IN_WORD.search(text) is not None


def _of_units(page: bytes) -> str | None:
    first, second = page[::2].count(0), page[1::2].count(0)
    if max(first, second) * 16 < len(page) or not page:
        return None
    return "utf-16le" if second > 4 * first else "utf-16be" if first > 4 * second else None


def _in_seven_bits(page: bytes, labels: list[str]) -> Decoded | None:
    if b"\x1b" in page and any(shift in page for shift in JAPANESE_SHIFTS):
        high = len(page) - len(page.translate(None, HIGH_BYTES))
        if high * 100 < len(page):
            text = charsets.decoded(page, "iso-2022-jp")
            named = "iso-2022-jp" in map(charsets.name, labels)
            return Decoded(text, "iso-2022-jp", guessed=not named or _is_broken(text))
    for codec in map(charsets.codec, labels):
        if codec in SEVEN_BIT and SEVEN_BIT[codec] in page and page.isascii():
            text = page.decode(codec, "replace")
            return Decoded(text, codec, guessed=_is_broken(text))
    return None


def _in_utf8(page: bytes, labels: list[str]) -> Decoded | None:
    """UTF-8, also with some broken bytes: cut in a character, or with text of another charset pasted in."""
    try:
        return Decoded(page.decode(), "utf-8")
    except ValueError:
        text = page.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(page.translate(None, HIGH_BYTES)) - broken
    # Of 147 pages in other charsets, none has as many valid sequences as broken ones, and none has half as
    # many of three bytes.
    long = len(OF_THREE_BYTES.findall(text)) - broken
    named = "utf-8" in map(charsets.name, labels)
    if foreign >= 2 * broken or (named and 2 * long >= broken):
        return Decoded(text, "utf-8", guessed=not named or _is_broken(text))
    return None


def _in_one_of(page: bytes, labels: list[str]) -> Decoded:
    """The declared charset unless another is clearly more likely; where they differ it counts as guessed."""
    known = dict.fromkeys(name for name in map(charsets.name, labels) if name and _of_bytes(name))
    sample = pieces(page)
    scores = likelihoods(sample, dict.fromkeys((*known, *UNDECLARED)))
    best, likely = (max(names, key=scores.__getitem__) for names in (scores, UNDECLARED))
    # A few words are too little to doubt what the page declares.
    few = sum(map(len, sample)) < FEW_BYTES
    kept = next((name for name in known if few or scores[name] >= scores[best] - MARGIN), best)
    text = charsets.decoded(page, kept)
    agreed = few or text == charsets.decoded(page, likely)
    return Decoded(
        text, kept, guessed=kept not in known or _is_broken(text) or _is_doubtful(text) or not agreed
    )


def _of_bytes(name: str) -> bool:
    """Whether such a page can have bytes that are not ASCII and not UTF-8. A page in `x-user-defined` is in a
    charset of its own font."""
    return not name.startswith("utf") and name not in ("replacement", "x-user-defined", "iso-2022-jp")
