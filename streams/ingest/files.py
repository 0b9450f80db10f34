"""Records from files: JSON lines as they are, pages with their URL, web archives, folders, standard input.

Only one record is held in memory at a time, so a file may be larger than memory.
"""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO

import msgspec

from streams.core.json_keys import need_distinct_keys
from streams.core.message import RecordToPublish
from streams.errors import ConfigError, Invalid
from streams.ingest.forms import Form
from streams.ingest.gzipped import open_gzip
from streams.ingest.pages import (
    INDEX,
    TEXT_SUFFIX,
    IndexEntry,
    archived_record,
    page_record,
    read_index,
)
from streams.ingest.url_list import reject_url_list
from streams.ingest.warc import ArchivedPage, ArchivedRecord, Damaged, need_fastwarc, read_archive

LINES = frozenset({".jsonl", ".ndjson"})
PAGES = frozenset({".html", ".htm", ".xhtml", TEXT_SUFFIX})
DOCUMENT = ".json"
ARCHIVE = ".warc"
KINDS = LINES | PAGES | {DOCUMENT, ARCHIVE}
STDIN = "-"
#: A larger line or page is rejected. It is far above what a topic takes (8 MiB, compressed).
RECORD_BYTES = 64 * 1_048_576
JSON_HEADERS = (("content-type", b"application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A record to be published, and where it was read: `pages.jsonl line 3`."""

    where: str
    record: RecordToPublish


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedInput:
    """Something that cannot be published, and why."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A record of an archive that is no page, and the kind that it is counted under: `images`."""

    where: str
    kind: str


Read = Input | RejectedInput | LeftOut
#: Stands for a page, in any charset, where only its headers are checked: an unreadable page is published,
#: and becomes a dead letter, which keeps it.
ANY_BODY = bytes(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """How files are read. `url` is that of the only page, `check` rejects lines that are no articles.

    `need_readable` raises `Invalid` for a record that the topic's reader cannot read. It is called for pages,
    with `ANY_BODY` in their place, and with `check` for lines.
    """

    url: str | None = None
    form: Form | None = None
    check: bool = False
    need_readable: Callable[[RecordToPublish], None] = lambda record: None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSource:
    """A file to be read (None: standard input), and its entry in an index."""

    path: Path | None
    entry: IndexEntry | None = None

    @property
    def name(self) -> str:
        return "standard input" if self.path is None else str(self.path)

    @property
    def suffix(self) -> str:
        """The ending before `.gz`, in lower case."""
        return ".jsonl" if self.path is None else Path(self.path.name.removesuffix(".gz")).suffix.lower()


class UrlOfLine(msgspec.Struct):
    """The part of a JSON line that is read: all of it is sent unchanged."""

    url: str | None = None


_decode_url = msgspec.json.Decoder(UrlOfLine).decode


def named_url(body: bytes) -> str | None:
    """The `url` of a JSON record. Raises `Invalid` where it cannot be read."""
    try:
        return _decode_url(body).url
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"it is not a JSON article: {error}") from error


def find_sources(paths: Sequence[str], reading: ReadOptions) -> list[InputSource]:
    """The files at the paths and in their folders, in order. Raises `ConfigError` before anything is read."""
    sources = [source for path in paths for source in _sources(path)]
    if reading.url is not None and not (len(sources) == 1 and sources[0].suffix in PAGES):
        raise ConfigError("--url names the URL of one page: give one .html or .txt file with it")
    if not sources:
        raise ConfigError(f"there is nothing to publish in {', '.join(paths)}")
    if any(source.suffix == ARCHIVE for source in sources):
        need_fastwarc()
    return sources


def read_sources(sources: Iterable[InputSource], reading: ReadOptions) -> Iterator[Read]:
    """All records of the files, rejected and left-out ones too, in order."""
    for source in sources:
        try:
            if source.path is not None and source.suffix == ARCHIVE:
                for where, record in read_archive(source.path, RECORD_BYTES):
                    yield _archived(f"{source.name} {where}", record, source, reading)
                continue
            with _open(source) as file:
                yield from _read(source, file, reading)
        except (OSError, EOFError, zlib.error) as error:
            yield RejectedInput(where=source.name, reason=f"it cannot be read: {error}")


def _sources(path: str) -> Iterator[InputSource]:
    if path == STDIN:
        yield InputSource(path=None)
    elif Path(path).is_dir():
        yield from _folder(Path(path))
    elif Path(path).is_file():
        file = Path(path)
        entry = read_index(file.parent).get(file.name)
        yield _known(InputSource(path=file, entry=entry))
    else:
        raise ConfigError(f"{path} is neither a file nor a folder")


def _known(source: InputSource) -> InputSource:
    if source.entry is None and source.suffix not in KINDS:
        kinds = ", ".join(sorted(KINDS))
        raise ConfigError(f"{source.name} cannot be read; these can: {kinds}, each also as .gz")
    return source


def _folder(folder: Path) -> Iterator[InputSource]:
    """Files in the order of the index, if there is one, then the others by name; hidden ones are left out."""
    index = read_index(folder)
    for entry in index.values():
        yield InputSource(path=folder / entry.file, entry=entry)
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name in {INDEX, *index}:
            continue
        source = InputSource(path=path)
        if path.is_dir():
            yield from _folder(path)
        elif source.suffix in KINDS:
            yield source


def _open(source: InputSource) -> AbstractContextManager[IO[bytes]]:
    if source.path is None:
        return nullcontext(sys.stdin.buffer)
    if source.path.name.endswith(".gz"):
        return open_gzip(source.path)
    return source.path.open("rb")


def _read(source: InputSource, file: IO[bytes], reading: ReadOptions) -> Iterator[Input | RejectedInput]:
    as_article = partial(_article, reading=reading)
    if source.suffix in LINES:
        for number, line in _lines(file):
            yield _input(f"{source.name} line {number}", line, as_article)
    elif source.suffix == DOCUMENT:
        yield _input(source.name, file.read(RECORD_BYTES + 1), as_article)
    else:
        as_page = partial(_page, source=source, reading=reading)
        yield _input(source.name, file.read(RECORD_BYTES + 1), as_page)


def _page(body: bytes, *, source: InputSource, reading: ReadOptions) -> RecordToPublish:
    record = page_record(body, source.suffix, source.entry, url=reading.url, form=reading.form)
    reading.need_readable(_without_page(record))
    return record


def _without_page(record: RecordToPublish) -> RecordToPublish:
    return record if set(JSON_HEADERS) <= set(record.headers) else replace(record, value=ANY_BODY)


def _archived(where: str, archived: ArchivedRecord, source: InputSource, reading: ReadOptions) -> Read:
    if isinstance(archived, Damaged):
        return RejectedInput(where=where, reason=archived.reason)
    if not isinstance(archived, ArchivedPage):
        return LeftOut(where=where, kind=archived.kind)
    try:
        record = archived_record(archived, source.entry, form=reading.form)
        reading.need_readable(_without_page(record))
        return Input(where=where, record=record)
    except Invalid as error:
        return RejectedInput(where=where, reason=str(error))


def left_out_words(counts: Mapping[str, int]) -> str:
    """`left out: 12 images, 3 redirects`, the most frequent first."""
    ordered = sorted((-count, kind) for kind, count in counts.items())
    return "left out: " + ", ".join(f"{-negative:,} {kind}" for negative, kind in ordered)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each line that is not blank; of a line that is too long, only the beginning."""
    number = 0
    while line := file.readline(RECORD_BYTES + 1):
        number += 1
        part = line
        while len(part) > RECORD_BYTES and not part.endswith(b"\n"):
            part = file.readline(RECORD_BYTES + 1)
        if line.strip():
            yield number, line.strip(b"\r\n")


def _input(where: str, body: bytes, record: Callable[[bytes], RecordToPublish]) -> Input | RejectedInput:
    if len(body) > RECORD_BYTES:
        return RejectedInput(where=where, reason=f"it is larger than {RECORD_BYTES:,} bytes")
    try:
        return Input(where=where, record=record(body))
    except Invalid as error:
        return RejectedInput(where=where, reason=str(error))


def _article(body: bytes, *, reading: ReadOptions) -> RecordToPublish:
    """A JSON record, unchanged. Its key is its `url`, if that can be read."""
    reject_url_list(body)
    try:
        url = named_url(body)
    except Invalid:
        if reading.check:
            raise
        url = None
    record = RecordToPublish(key=url.encode() if url else None, value=body, headers=JSON_HEADERS)
    if reading.check:
        if not url:
            raise Invalid("it has no url")
        need_distinct_keys(body)
        reading.need_readable(record)
    return record
