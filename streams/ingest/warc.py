"""Pages from web archives: the HTTP answers that a crawler kept (WARC 1.0 and 1.1, ISO 28500).

A page is a `response` of status 200, or a `resource`, of an HTML media type and an http(s) URL. Its URL and
date are those of the request (`WARC-Target-URI`, `WARC-Date`); its bytes are those that a browser would see,
without transfer and content encoding. Other records are left out and counted; a damaged record is rejected,
and the records behind it are read. Only one record is held in memory at a time.
"""

import binascii
import hashlib
import mmap
import re
import zlib
from base64 import b32encode
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from streams.errors import ConfigError
from streams.ingest import http_answer
from streams.ingest.content_encoding import decoded

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

#: Where the next record of a damaged archive may begin: at a gzip member, or behind another record.
GZIP, PLAIN = b"\x1f\x8b\x08", b"\r\n\r\nWARC/1."
OK = 200
HEADER_CHARACTERS = 200
HEAD_BYTES = 262_144
#: Records of these types hold no page; they are counted under these words.
NO_ANSWERS = {
    **{kind: f"{kind}s" for kind in ("request", "revisit", "conversion", "continuation")},
    "warcinfo": "file descriptions",
    "metadata": "metadata",
}
KINDS = (("image/", "images"), ("video/", "videos"), ("audio/", "sounds"), ("font/", "fonts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as it was fetched. `content_type` is the answer's header, with its charset."""

    url: str
    fetched_at: str | None
    content_type: str
    body: bytes
    record_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoPage:
    """A record that is no page, and the kind that it is counted under: `images`, `redirects`."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A record that cannot be used, and why. `astray`: it may contain the records behind it."""

    reason: str
    astray: bool = False


ArchivedRecord = ArchivedPage | NoPage | Damaged
Located = tuple[str, ArchivedRecord]


def need_fastwarc() -> None:
    """Raises `ConfigError` where the package that reads archives is not installed."""
    try:
        import fastwarc  # noqa: F401 - only whether it is there
    except ImportError as error:
        raise ConfigError("a .warc file needs the extra [warc]: pip install 'copydesk[warc]'") from error


def read_archive(path: Path, most: int) -> Iterator[Located]:
    """Where each record is (its URL, or its place in the file), and the record.

    Records of more than `most` bytes, as stored or decoded, count as damaged. Raises `OSError`.
    """
    with path.open("rb") as file:
        start: int | None = 0
        while start is not None:
            damaged = yield from _stretch(file, start, most)
            start = None if damaged is None else _next_start(file, damaged + 1)


def _stretch(file: IO[bytes], start: int, most: int) -> Generator[Located, None, int | None]:
    """The records from `start` to the end (returns None) or to a damaged record (returns where it begins)."""
    from fastwarc.warc import ArchiveIterator

    quirks = _need_quirks(file)
    file.seek(start)
    records = ArchiveIterator(file, parse_http=False, quirks_mode=quirks)
    at, any_read = start, start == 0
    while True:
        try:
            record = next(records, None)
        except OSError as error:
            if any_read:  # else the place only looked like the beginning of a record
                yield f"after byte {at:,}", Damaged(reason=f"no record can be read there: {error}")
            return at
        if record is None:
            return None
        at, any_read = record.stream_pos, True
        archived = _archived(record, most)
        yield _url(record) or f"at byte {at:,}", archived
        if isinstance(archived, Damaged) and archived.astray:
            return at


def _need_quirks(file: IO[bytes]) -> bool:
    """Whether the archive has bare line feeds.

    Not for others: in this mode, fastwarc 2.0.1 leaves out what is no record and does not say so.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(GZIP):
        try:
            head = zlib.decompressobj(31).decompress(head, HEAD_BYTES)
        except zlib.error:
            return False
    return re.match(rb"WARC/[\d.]+\n", head) is not None


def _next_start(file: IO[bytes], position: int) -> int | None:
    """Where the next record behind a damaged one may begin."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        mark = GZIP if whole[: len(GZIP)] == GZIP else PLAIN
        start = whole.find(mark, position)
    return start + max(0, mark.find(b"WARC")) if start >= 0 else None


def _url(record: "WarcRecord") -> str:
    """The URL that was requested; WARC 1.0 may put it in angle brackets."""
    return (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")


def _archived(record: "WarcRecord", most: int) -> ArchivedRecord:
    # `record_type` is not known where the name of the header is in lower case (fastwarc 2.0.1).
    kind = (record.headers.get("WARC-Type") or "").strip().lower()
    if kind not in {"response", "resource"}:
        return NoPage(kind=NO_ANSWERS.get(kind, "other records"))
    if not _url(record).lower().startswith(("http://", "https://")):
        return NoPage(kind="other records")
    try:
        return _resource(record, most) if kind == "resource" else _response(record, most)
    except OSError as error:
        return Damaged(reason=f"it cannot be read: {error}", astray=True)


def _resource(record: "WarcRecord", most: int) -> ArchivedRecord:
    """A page that was kept without its HTTP answer."""
    content_type = record.headers.get("Content-Type") or ""
    if kind := _kind(content_type):
        return NoPage(kind=kind)
    return _damage(record, most) or _page(record, content_type, record.reader.read())


def _response(record: "WarcRecord", most: int) -> ArchivedRecord:
    damage = _damage(record, most)
    if damage and damage.astray:
        return damage
    head = record.reader.read(HEAD_BYTES)
    answer = http_answer.answer(head)
    if answer is None:
        return (
            Damaged(reason="its HTTP answer cannot be read")
            if record.is_http
            else NoPage(kind="other records")
        )
    if kind := _kind_of_status(answer.status) or _kind(answer.content_type):
        return NoPage(kind=kind)
    return damage or _decoded(record, answer, (head + record.reader.read())[answer.body :], most)


def _decoded(record: "WarcRecord", answer: http_answer.Answer, body: bytes, most: int) -> ArchivedRecord:
    encodings = [*answer.listed("content-encoding"), *answer.listed("transfer-encoding")]
    try:
        body = decoded(body, encodings, most)
    except OSError as error:
        return Damaged(reason=f"it cannot be decoded: {error}")
    if len(body) > most:
        return Damaged(reason=f"it is larger than {most:,} bytes when decoded")
    return _page(record, answer.content_type, body)


def _damage(record: "WarcRecord", most: int) -> Damaged | None:
    """What is wrong with the record's block. Afterwards the block can be read from its beginning."""
    if record.content_length > most:
        return Damaged(reason=f"it is larger than {most:,} bytes")
    length = record.content_length
    record.freeze()
    block = record.reader.read()
    record.reader.seek(0)
    if len(block) < length:
        return Damaged(reason="the archive ends in the middle of it", astray=True)
    if not _digest_holds(record.headers.get("WARC-Block-Digest"), block):
        return Damaged(reason="its content does not match its digest", astray=True)
    cut = record.headers.get("WARC-Truncated")
    return Damaged(reason=f"the crawler cut it off ({cut})") if cut else None


def _digest_holds(digest: str | None, block: bytes) -> bool:
    """Whether the block matches its digest. A block without one, or with one of an unknown kind, matches."""
    name, _, value = (digest or "").partition(":")
    if name.lower() not in {"md5", "sha1", "sha256", "sha512"}:
        return True
    hashed = hashlib.new(name.lower(), block, usedforsecurity=False).digest()
    base32, hexadecimal = b32encode(hashed).rstrip(b"="), binascii.hexlify(hashed)
    return value.strip().rstrip("=").upper().encode() in {base32, hexadecimal.upper()}


def _kind_of_status(status: int) -> str | None:
    if status == OK:
        return None
    return {3: "redirects", 4: "error pages", 5: "error pages"}.get(status // 100, "other answers")


def _kind(content_type: str) -> str | None:
    """The kind of an answer with this media type; None for a page, and where only the content says that."""
    media = http_answer.media_type(content_type)
    if media in http_answer.HTML | http_answer.UNKNOWN:
        return None
    named = {"text/css": "stylesheets", "application/json": "JSON"}
    if media.endswith(("javascript", "ecmascript")):
        return "scripts"
    return named.get(media) or next((kind for start, kind in KINDS if media.startswith(start)), "other media")


def _page(record: "WarcRecord", content_type: str, body: bytes) -> ArchivedRecord:
    if not body.strip():
        return Damaged(reason="its page is empty")
    page_type = http_answer.page_type(content_type, body)
    if page_type is None:
        return NoPage(kind="answers without a media type")
    readable = page_type.isascii() and page_type.isprintable()
    return ArchivedPage(
        url=_url(record),
        fetched_at=record.headers.get("WARC-Date"),
        content_type=page_type if readable and len(page_type) <= HEADER_CHARACTERS else "text/html",
        body=body,
        record_id=record.record_id,
    )
