"""Charsets as browsers know them (WHATWG Encoding Standard): their labels, and bytes → text.

The labels are those of webencodings. `decoded` follows the standard where Python's codecs do not.
"""

import codecs
import re

import webencodings

# Python's own codecs, unknown to browsers. With unicode_escape, `\x3cscript` would become markup.
NOT_OF_THE_WEB = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"}
#: codecs.lookup() remembers each unknown label forever. The longest label of the standard has 19 letters.
LABEL = re.compile(r"\s*[\w.:+()-]{1,40}\s*", re.ASCII)
#: Around a label: `"utf-8"`, `utf-8;`, `utf-8, text/html`.
QUOTED = re.compile(r"\s*+[\"']?+\s*+([\w.:+()-]{1,40}+)\s*+[\"']?+\s*+(?:[;,].*)?", re.ASCII | re.DOTALL)
#: The standard decodes `gbk` with the decoder of its superset.
CODECS = {"gbk": "gb18030"}
OF_CODEC: dict[str, str] = {
    codec: name for name, codec in webencodings.PYTHON_NAMES.items() if codec != "iso8859-8"
}
ESCAPE = re.compile(rb"\x1b(\$[@B]|\([BIJ])")
HIGH = bytes(byte | 0x80 if 0x21 <= byte <= 0x7E else byte for byte in range(256))
#: Characters of Python's codec → those of the standard.
DIFFERENT = {
    "gb18030": str.maketrans("\ue5e5\ue7c7", "\u3000ḿ"),
    "euc-jp": str.maketrans("〜‖−¢£¬", "～∥－￠￡￢"),
    "koi8-u": str.maketrans("╝╬", "ўЎ"),
}
DIFFERENT["gbk"] = DIFFERENT["gb18030"]


def label(text: str | None) -> str | None:
    """The label without spaces around it, or None where the text cannot be a label."""
    return text.strip() if text and LABEL.fullmatch(text) else None


def name(text: str | None) -> str | None:
    """The standard's name in lower case for a label, else Python's name; None where there is none."""
    quoted = QUOTED.fullmatch(text) if text and len(text) < 100 else None
    if quoted is None:
        return None
    python = _python_codec(quoted[1])
    encoding = webencodings.lookup(quoted[1]) or webencodings.lookup(_usual(python or ""))
    return encoding.name if encoding else python


def _usual(codec: str) -> str:
    if codec.startswith("iso2022_jp"):
        return "iso-2022-jp"
    return OF_CODEC.get(codec, codec.replace("_", "-"))


def codec(text: str | None) -> str | None:
    """Python's name for the codec of a label; None where the web has no such charset."""
    known = name(text)
    if known in {None, "replacement", "x-user-defined"}:
        return _python_codec(text)
    encoding = webencodings.lookup(known)
    return CODECS.get(known) or (encoding.codec_info.name if encoding else known)


def _python_codec(text: str | None) -> str | None:
    try:
        info = codecs.lookup(label(text) or "")
    except (LookupError, ValueError):
        return None
    # `hex`, `zlib` and the like are codecs too, but not of text; open() uses the same flag to reject them.
    of_text = getattr(info, "_is_text_encoding", True) and info.name.replace("_", "-") not in NOT_OF_THE_WEB
    return info.name if of_text else None


def decoded(page: bytes, charset: str) -> str:
    """The text of a page in a charset of `name`, with U+FFFD where the bytes do not fit."""
    if charset == "iso-2022-jp":
        return _decoded_by_escapes(page)
    if charset.startswith("utf"):
        return page.decode(charset, "replace")
    text = page.decode(codec(charset) or "ascii", "as-browsers")
    return text.translate(DIFFERENT[charset]) if charset in DIFFERENT else text


def _decoded_by_escapes(page: bytes) -> str:
    """ISO-2022-JP, which is EUC-JP in seven bits: an escape sequence says what the next bytes are."""
    first, *parts = ESCAPE.split(page)
    texts = [first.decode("ascii", "replace")]
    for escape, part in zip(parts[::2], parts[1::2], strict=True):
        if not part:
            continue
        if escape == b"(I":
            texts.append(part.translate(HIGH).decode("cp932", "replace"))
        else:
            texts.append(decoded(part.translate(HIGH) if escape.startswith(b"$") else part, "euc-jp"))
    return "".join(texts)


def _as_browsers(error: UnicodeError) -> tuple[str, int]:
    """What browsers make of bytes that Python's codec has no character for, and where they go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    pair = error.object[error.start : error.start + 2]
    if error.encoding == "charmap":
        return (chr(pair[0]) if pair[0] < 0xA0 else "\ufffd"), error.start + 1
    for length in (1, 2):
        character = _of_browsers(error.encoding, pair[:length])
        if character is not None:
            return character, error.start + length
    # A byte that could be ASCII is read again: `<` still opens a tag.
    whole = len(pair) == 2 and 0x80 < pair[0] < 0xFF and pair[1] >= 0x80
    return "\ufffd", error.start + (2 if whole else 1)


def _of_browsers(codec: str, character: bytes) -> str | None:
    if (codec, character) in {("gb18030", b"\x80"), ("big5hkscs", b"\xa3\xe1")}:
        return "€"
    if codec == "euc_jp" and len(character) == 2 and min(character) > 0xA0:
        # The circled digits and other rows that firms added are where Shift_JIS has them.
        row, cell = character[0] - 0xA1, character[1] - 0xA1
        lead = row // 2 + (0x81 if row < 62 else 0xC1)
        trail = cell + (0x9F if row % 2 else 0x40 + (cell >= 0x3F))
        text = bytes((lead, trail)).decode("cp932", "replace")
        return text if "\ufffd" not in text and not "\ue000" <= text <= "\uf8ff" else None
    return None


codecs.register_error("as-browsers", _as_browsers)
