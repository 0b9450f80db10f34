"""Bytes of a page → its text and its charset."""

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
# The encodings that browsers use for these labels (WHATWG Encoding Standard, section 4.2).
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
# Usual names where Python has its own.
LABELS = {"cp932": "shift_jis", "cp949": "euc-kr", "cp874": "windows-874", "big5hkscs": "big5"}
# They use only bytes below 128, so such a page is valid UTF-8 too, but with other characters.
SEVEN_BIT = {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page, the usual name of its charset, and whether the charset was guessed."""

    text: str
    charset: str | None
    guessed: bool = False


def decode(page: bytes, declared: str | None, max_bytes: int) -> Decoded:
    """The text of a page, which may be gzipped. `declared` is the charset of the HTTP header.

    Valid UTF-8 is UTF-8, whatever the page declares: no other encoding is valid UTF-8 by chance. Raises
    `Invalid` where the page is larger than `max_bytes`.
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
            raise Invalid(f"the page has a gzip header and cannot be decompressed: {error}") from error
    if len(page) > max_bytes:
        raise Invalid(f"the page is larger than {max_bytes} bytes")
    return page


def _named_by(page: bytes) -> str | None:
    match = META_CHARSET.search(page, 0, HEAD_BYTES)
    return match[1].decode("ascii", "replace") if match else None


def _codec(label: str | None) -> str | None:
    """Python's name for a charset label, as browsers read it; None where there is no such text encoding."""
    name = charsets.codec(label)
    return SUPERSETS.get(name, name) if name else None


def _label(codec: str) -> str:
    return LABELS.get(codec) or codec.replace("cp125", "windows-125").replace("iso8859", "iso-8859")


def _strictly(page: bytes, name: str) -> str | None:
    try:
        return page.decode(name)
    except ValueError:
        return None


def _guessed(page: bytes) -> Decoded:
    """UTF-8 with a few broken bytes, else a guess by character statistics. Broken bytes become U+FFFD."""
    text = page.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    # Cut in the middle of a character, or with characters of another encoding pasted in.
    if sum(not char.isascii() for char in text) > 4 * broken:
        return Decoded(text, "utf-8", guessed=True)
    western = _strictly(page, "cp1252")
    best = from_bytes(page[:GUESS_BYTES]).best()
    name = best.encoding if best else "utf-8"
    text = page.decode(name, "replace")
    return Decoded(text, _label("cp1252" if text == western else name), guessed=True)
