"""Labels of charsets, as a header, a page or a scraper gives them: Python knows more of them than the web."""

import codecs
import re

# Python's own, of which browsers know nothing. By unicode_escape `\x3cscript` would become markup.
NOT_OF_THE_WEB = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined", "utf-7"}
#: codecs.lookup() remembers forever what it does not know. The longest of the standard has 19 letters.
LABEL = re.compile(r"\s*[\w.:+()-]{1,40}\s*", re.ASCII)


def label(said: str | None) -> str | None:
    """A label as somebody gave it, or None where it cannot be one."""
    return said.strip() if said and LABEL.fullmatch(said) else None


def codec(said: str | None) -> str | None:
    """Python's name for what a label means; None where there is no such encoding of text on the web."""
    try:
        info = codecs.lookup(label(said) or "")
    except (LookupError, ValueError):
        return None
    # `hex`, `zlib` and the like are codecs too, but not of text; the flag is how open() tells them apart.
    of_text = getattr(info, "_is_text_encoding", True) and info.name.replace("_", "-") not in NOT_OF_THE_WEB
    return info.name if of_text else None
