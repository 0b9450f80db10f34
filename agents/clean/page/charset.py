"""Bytes of a page → text, and the charset that it turned out to be in."""

import codecs
import re
import zlib
from dataclasses import dataclass

from charset_normalizer import from_bytes

from agents import charsets
from streams.errors import Invalid

META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]+?(?:charset|encoding)\s*+=\s*+[\"']?+\s*+([\w.:-]+)", re.IGNORECASE
)
HEAD_BYTES = 4096
GUESS_BYTES = 32_768
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What browsers take these labels to mean (WHATWG Encoding Standard, section 4.2).
SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# Python's names for what the rest of the world calls otherwise.
LABELS = {"cp932": "shift_jis", "cp949": "euc-kr", "cp874": "windows-874", "big5hkscs": "big5"}
# Bytes below 128 only: such a page is valid UTF-8 and says something else.
SEVEN_BIT = {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A page's text, its charset by its usual name, and whether that was guessed."""

    text: str
    charset: str | None
    guessed: bool = False


def decode(page: bytes, declared: str | None, max_bytes: int) -> Decoded:
    """The text of a page, which may be compressed by gzip. `declared` is the charset of the HTTP header.

    Valid UTF-8 is UTF-8 whatever the page says: no other encoding gives it by chance. Raises `Invalid`
    where the page is larger than `max_bytes`.
    """
    page = _inflated(page, max_bytes)
    for mark, name in BOMS:
        if page.startswith(mark):
            return Decoded(page[len(mark) :].decode(name, "replace"), name.removesuffix("-le"))
    names = [name for name in map(_codec, (declared, _named_by(page))) if name]
    for name in [*(n for n in names if n in SEVEN_BIT), "utf-8", *names]:
        text = _strictly(page, name)
        if text is not None:
            return Decoded(text, _label(name))
    return _guessed(page)


def _inflated(page: bytes, max_bytes: int) -> bytes:
    if page.startswith(b"\x1f\x8b\x08"):
        try:
            page = zlib.decompressobj(31).decompress(page, max_bytes + 1)
        except zlib.error as error:
            raise Invalid(f"the page looks compressed by gzip and is not: {error}") from error
    if len(page) > max_bytes:
        raise Invalid(f"the page is larger than the {max_bytes} bytes that are read")
    return page


def _named_by(page: bytes) -> str | None:
    found = META_CHARSET.search(page, 0, HEAD_BYTES)
    return found[1].decode("ascii", "replace") if found else None


def _codec(said: str | None) -> str | None:
    """Python's name for a charset label, as browsers read it; None where there is no such text encoding."""
    name = charsets.codec(said)
    return SUPERSETS.get(name, name) if name else None


def _label(codec: str) -> str:
    return LABELS.get(codec) or codec.replace("cp125", "windows-125").replace("iso8859", "iso-8859")


def _strictly(page: bytes, name: str) -> str | None:
    try:
        return page.decode(name)
    except ValueError:
        return None


def _guessed(page: bytes) -> Decoded:
    """UTF-8 with a few broken bytes, else by the statistics of its characters; what fits not is U+FFFD."""
    text = page.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Cut in the middle of a character, or with one pasted in from elsewhere.
    if sum(not char.isascii() for char in text) > 4 * broken:
        return Decoded(text, "utf-8", guessed=True)
    western = _strictly(page, "cp1252")
    best = from_bytes(page[:GUESS_BYTES]).best()
    name = best.encoding if best else "utf-8"
    text = page.decode(name, "replace")
    return Decoded(text, _label("cp1252" if text == western else name), guessed=True)
