"""An HTTP answer as an archive holds it: status, headers and body, read as leniently as browsers read them.

fastwarc 2.0.1 takes an interim answer (`103 Early Hints`) for the answer, and cannot read `http/1.1 200 ok`.
"""

import re
from dataclasses import dataclass

STATUS = re.compile(rb"\s*+HTTP(?:/[\d.]{1,9})?[ \t]++(\d{3})(?!\d)[^\r\n]*+\r?\n?", re.IGNORECASE)
HEADER = re.compile(
    rb"([^\s:][^:\r\n]{0,200}?)[ \t]*+:[ \t]*+([^\r\n]*+(?:\r?\n[ \t]++[^\r\n]++)*+)(?:\r?\n|\Z)"
)
NO_HEADER = re.compile(rb"[^\r\n<]++(?:\r?\n|\Z)")
BLANK_LINE = re.compile(rb"\r?\n")
MEDIA = re.compile(r"[^\s;,]++")
CHARSET = re.compile(r"charset\s*+=\s*+[\"']?+([\w.:-]{1,40})", re.IGNORECASE)
HTML = frozenset({"text/html", "application/xhtml+xml"})
#: As good as none: a browser looks at the content instead (WHATWG MIME Sniffing Standard, section 7).
UNKNOWN = frozenset({"", "unknown/unknown", "application/unknown", "*/*"})
#: What a page begins with (ibid.), after white space, a BOM and comments.
PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?+(?:\s++|<!--(?:[^-]++|-(?!->))*+-->|<\?xml[^>]*+>)*+<(?:!doctype\s++html|html|head|script|iframe"
    rb"|h1|div|font|table|a|style|title|b|body|br|p|meta|link|article|section|main|header)(?=[\s>/])",
    re.IGNORECASE,
)
MOST_INTERIM = 10
HEADERS = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """Headers have names in lower case. `body` is where the block goes on after them."""

    status: int
    headers: list[tuple[str, str]]
    body: int

    def all(self, name: str) -> list[str]:
        """The values of a header, in their order."""
        return [value for each, value in self.headers if each == name]

    def listed(self, name: str) -> list[str]:
        """The items of all headers of this name, in lower case."""
        return [
            item for value in self.all(name) for item in value.lower().replace(" ", "").split(",") if item
        ]

    @property
    def content_type(self) -> str:
        """The last that names a media type, as in browsers."""
        named = [value for value in self.all("content-type") if "/" in value]
        return named[-1] if named else ""


def answer(block: bytes) -> Answer | None:
    """The final answer in the block, after interim ones; None where it does not begin with a status line."""
    at = 0
    for _ in range(MOST_INTERIM):
        line = STATUS.match(block, at)
        if line is None:
            return None
        headers, at = _headers(block, line.end())
        if int(line[1]) >= 200:
            return Answer(int(line[1]), headers, at)
    return None


def _headers(block: bytes, at: int) -> tuple[list[tuple[str, str]], int]:
    headers = []
    for _ in range(HEADERS):
        line = HEADER.match(block, at) or NO_HEADER.match(block, at)
        if line is None:
            break
        at = line.end()
        if line.lastindex:
            headers.append((_text(line[1]).lower(), _text(line[2])))
    end = BLANK_LINE.match(block, at)
    return headers, end.end() if end else at


def _text(value: bytes) -> str:
    return " ".join(value.decode("latin-1").split())


def media_type(content_type: str) -> str:
    media = MEDIA.search(content_type)
    return media[0].lower() if media else ""


def page_type(content_type: str, body: bytes) -> str | None:
    """The content type of a page; None where the media type, or the content without one, is another."""
    media = media_type(content_type)
    if media in UNKNOWN and PAGE.match(body):
        return "text/html"
    if media not in HTML:
        return None
    if content_type.partition(";")[0].strip().lower() == media:
        return content_type
    charset = CHARSET.search(content_type)
    return f"{media}; charset={charset[1]}" if charset else media
