"""Labels of charsets, as a header, a page or a scraper gives them. Python knows more of them than the web."""

import codecs
import re

# Python's own codecs, unknown to browsers. With unicode_escape, `\x3cscript` would become markup.
NOT_OF_THE_WEB = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"}
#: codecs.lookup() remembers each unknown label forever. The longest label of the standard has 19 letters.
LABEL = re.compile(r"\s*[\w.:+()-]{1,40}\s*", re.ASCII)


def label(text: str | None) -> str | None:
    """The label without spaces around it, or None where the text cannot be a label."""
    return text.strip() if text and LABEL.fullmatch(text) else None


def codec(text: str | None) -> str | None:
    """Python's name for the encoding that a label means; None where the web has no such text encoding."""
    try:
        info = codecs.lookup(label(text) or "")
    except (LookupError, ValueError):
        return None
    # `hex`, `zlib` and the like are codecs too, but not of text; open() uses the same flag to reject them.
    of_text = getattr(info, "_is_text_encoding", True) and info.name.replace("_", "-") not in NOT_OF_THE_WEB
    return info.name if of_text else None
