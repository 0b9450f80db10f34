"""Which records of a web archive become pages, and what is reported about the others."""

import gzip
import re
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from fastwarc.warc import WarcRecordType

from agents.raw import read_raw
from streams.core.message import Message, RecordToPublish
from streams.errors import ConfigError
from streams.ingest.files import Input, LeftOut, Read, ReadOptions, RejectedInput, find_sources, read_sources
from streams.ingest.forms import Form
from tests.support.articles.archives import DATE, HTML, answer, resource, written

PAGE = "<!doctype html><p>Grüße von der Brücke".encode()
FETCHED = ("ce_time", DATE.encode())
PACKED = pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])


def url(number: int) -> str:
    return f"https://a.example/{number}"


def read(path: Path, form: Form | None = None) -> list[Read]:
    options = ReadOptions(form=form)
    return list(read_sources(find_sources([str(path)], options), options))


@pytest.fixture
def file(tmp_path: Path, packed: bool) -> Path:
    return tmp_path / ("crawl.warc.gz" if packed else "crawl.warc")


def pages(entries: list[Read]) -> list[str]:
    return [(entry.record.key or b"").decode() for entry in entries if isinstance(entry, Input)]


def rejections(entries: list[Read], file: Path) -> list[tuple[str, str]]:
    rejected = [entry for entry in entries if isinstance(entry, RejectedInput)]
    return [(entry.where.removeprefix(f"{file} "), entry.reason) for entry in rejected]


def published(entries: list[Read]) -> RecordToPublish:
    [page] = entries
    assert isinstance(page, Input)
    return page.record


@PACKED
def test_a_page_is_published_as_bytes_with_the_url_date_charset_and_id_of_its_record(
    file: Path, packed: bool
) -> None:
    record = answer(url(1), b"caf\xe9", ("content-type", "text/html;charset=ISO-8859-1"))
    file.write_bytes(written(record, compressed=packed))

    page = published(read(file))

    assert (page.key, page.value) == (b"https://a.example/1", b"caf\xe9")
    identity = (record.record_id or "").strip("<>").encode()
    assert page.headers == (
        ("content-type", b"text/html;charset=ISO-8859-1"),
        FETCHED,
        ("ce_id", identity),
        ("ce_source", b"urn:warc"),
    )
    assert identity.startswith(b"urn:uuid:")


CHUNKED = ("Transfer-Encoding", "chunked")
CHUNKS = b"7\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (PAGE[:7], len(PAGE) - 7, PAGE[7:])


def encoded(*names: str) -> list[tuple[str, str]]:
    return [("Content-Encoding", name) for name in names]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (encoded("gzip"), gzip.compress(PAGE, mtime=0)),
        (encoded("GZIP"), gzip.compress(PAGE[:9], mtime=0) + gzip.compress(PAGE[9:], mtime=0)),
        (encoded("gzip"), gzip.compress(PAGE, mtime=0) + b"\0\0"),
        (encoded("gzip", "gzip"), gzip.compress(gzip.compress(PAGE, mtime=0), mtime=0)),
        (encoded("gzip", "gzip"), gzip.compress(PAGE, mtime=0)),
        (encoded("br"), brotli.compress(PAGE)),
        (encoded("br"), gzip.compress(PAGE, mtime=0)),
        (encoded("deflate"), zlib.compress(PAGE)[2:-4]),
        (encoded("deflate"), zlib.compress(PAGE)),
        *((encoded(name), PAGE) for name in ("gzip", "deflate", "br", "zstd", "utf-8", "none", "")),
        ([CHUNKED], CHUNKS),
        ([CHUNKED], CHUNKS.replace(b"\r\n", b"\n")),
        ([CHUNKED], CHUNKS.replace(b"7\r\n", b"7;a=b\r\n", 1)),
        ([CHUNKED], CHUNKS[:-2] + b"X-Trailer: y\r\n\r\n"),
        ([CHUNKED], PAGE),
        ([CHUNKED, *encoded("gzip")], gzip.compress(PAGE, mtime=0)),
        ([CHUNKED, *encoded("gzip")], CHUNKS),
        ([CHUNKED, *encoded("gzip")], PAGE),
    ],
)
def test_a_page_is_published_as_a_browser_would_see_it_whether_its_encodings_are_still_there_or_not(
    tmp_path: Path, headers: list[tuple[str, str]], body: bytes
) -> None:
    (tmp_path / "a.warc").write_bytes(written(answer(url(1), body, HTML, *headers)))

    assert published(read(tmp_path / "a.warc")).value == PAGE


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.1 200\r\nCONTENT-TYPE: TEXT/HTML\r\n\r\n",
        b"http/1.1 200 ok\r\ncontent-type:text/html\r\n\r\n",
        b"HTTP/2 200\ncontent-type: text/html charset=utf-8\n\n",
        b"HTTP/2.0 200 OK\r\nContent-Type: text/html,text/html\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: image/png\r\nContent-Type: text/html;\r\n charset=utf-8\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header\r\nContent-Type : application/xhtml+xml\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type:\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: unknown/unknown\r\n\r\n",
    ],
)
@pytest.mark.parametrize(
    "changed",
    [bytes, lambda record: re.sub(rb"(?m)^WARC-T\w+", lambda name: name[0].lower(), record)],
)
def test_an_answer_is_read_however_its_head_is_written(
    tmp_path: Path, head: bytes, changed: Callable[[bytes], bytes]
) -> None:
    whole = answer(url(1), PAGE, HTML)
    whole.set_bytes_content(head + PAGE)
    (tmp_path / "a.warc").write_bytes(changed(written(whole)))

    page = published(read(tmp_path / "a.warc"))

    assert page.value == PAGE
    assert page.headers[0][1].lower().startswith((b"text/html", b"application/xhtml+xml"))
    assert read_raw(Message(topic="t", partition=0, offset=0, timestamp=0, key=page.key, value=page.value,
                            headers=page.headers))  # fmt: skip


@pytest.mark.parametrize("body", [b"{}", b"\x89PNG", b"Ferry stays"])
def test_an_answer_without_a_media_type_is_a_page_only_if_it_begins_like_one(
    tmp_path: Path, body: bytes
) -> None:
    (tmp_path / "a.warc").write_bytes(written(answer(url(1), body, ("X-A", "b"))))

    [entry] = read(tmp_path / "a.warc")

    assert isinstance(entry, LeftOut)
    assert entry.kind == "answers without a media type"


def bare(number: int) -> bytes:
    """A record with line feeds alone."""
    block = b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + PAGE
    names = f"WARC/1.0\nWARC-Type: response\nWARC-Target-URI: {url(number)}\nContent-Length: {len(block)}\n\n"
    return names.encode() + block + b"\n\n"


THREE = [written(answer(url(number), PAGE)) for number in range(3)]


@pytest.mark.parametrize(
    "archive",
    [
        gzip.compress(b"".join(THREE), mtime=0),
        b"".join(THREE).rstrip(),
        b"\r\n\r\n".join(THREE),
        b"".join(map(bare, range(3))),
    ],
    ids=["gzip of the whole", "no line break at the end", "more blank lines", "bare line feeds"],
)
def test_archives_are_read_in_the_forms_that_tools_write(tmp_path: Path, archive: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(archive)

    assert pages(read(tmp_path / "a.warc")) == [url(0), url(1), url(2)]


def test_records_that_are_not_pages_are_left_out_and_counted_by_kind(tmp_path: Path) -> None:
    records = [
        answer(url(1), PAGE),
        answer(url(2), b"x", ("Content-Type", "image/png")),
        answer(url(3), b"x", ("Content-Type", "image/webp")),
        answer(url(4), b"x", ("Content-Type", "text/css")),
        answer(url(5), b"x", ("Content-Type", "application/javascript")),
        answer(url(6), b"{}", ("Content-Type", "application/json; charset=utf-8")),
        answer(url(7), b"x", ("Content-Type", "application/pdf")),
        answer(url(8), b"moved", HTML, status="301 Moved Permanently"),
        answer(url(9), PAGE, status="404 Not Found"),
        answer(url(10), PAGE, status="206 Partial Content"),
        answer(url(11), PAGE, kind=WarcRecordType.request),
        answer(url(12), PAGE, kind=WarcRecordType.revisit),
        answer(url(13), PAGE, kind=WarcRecordType.metadata),
        answer("dns:a.example", PAGE),
        resource(url(14), b"x", "image/png"),
        resource("urn:pageinfo:1", PAGE, "text/html"),
        resource(url(15), PAGE, "application/xhtml+xml"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(map(written, records)))

    entries = read(tmp_path / "a.warc")

    assert pages(entries) == [url(1), url(15)]
    assert Counter(entry.kind for entry in entries if isinstance(entry, LeftOut)) == {
        "images": 3,
        "stylesheets": 1,
        "scripts": 1,
        "JSON": 1,
        "other media": 1,
        "redirects": 1,
        "error pages": 1,
        "other answers": 1,
        "requests": 1,
        "revisits": 1,
        "metadata": 1,
        "other records": 2,
    }
    assert rejections(entries, tmp_path / "a.warc") == []


@PACKED
def test_a_truncated_archive_gives_all_pages_but_the_last(file: Path, packed: bool) -> None:
    whole = [written(answer(url(n), PAGE * 9), compressed=packed) for n in range(4)]
    file.write_bytes(b"".join(whole)[:-40])

    entries = read(file)

    assert pages(entries) == [url(0), url(1), url(2)]
    assert rejections(entries, file) == [(url(3), "the archive ends in the middle of it")]


@PACKED
def test_a_damaged_record_is_reported_and_the_records_after_it_are_read(file: Path, packed: bool) -> None:
    whole = [bytearray(written(answer(url(n), PAGE * 9), compressed=packed)) for n in range(5)]
    whole[2][-40] ^= 0xFF
    file.write_bytes(b"".join(whole))

    entries = read(file)

    assert pages(entries) == [url(0), url(1), url(3), url(4)]
    [(_, reason)] = rejections(entries, file)
    assert reason.startswith(("its content does not match its digest", "no record can be read there"))


@pytest.mark.parametrize("length", [b"9", b"999999"], ids=["too short", "too long"])
def test_a_record_of_wrong_length_is_rejected_and_all_others_are_read(tmp_path: Path, length: bytes) -> None:
    whole = [written(answer(url(n), PAGE)) for n in range(4)]
    true = whole[1].partition(b"Content-Length: ")[2].partition(b"\r\n")[0]
    whole[1] = whole[1].replace(b"Content-Length: " + true, b"Content-Length: " + length)
    (tmp_path / "a.warc").write_bytes(b"".join(whole))

    entries = read(tmp_path / "a.warc")

    assert pages(entries) == [url(0), url(2), url(3)]
    assert [where for where, _ in rejections(entries, tmp_path / "a.warc")] == [url(1)]


@pytest.mark.parametrize(
    ("warc_headers", "headers", "body", "reason"),
    [
        ([("WARC-Truncated", "length")], (), PAGE, "the crawler cut it off (length)"),
        ([], (("Content-Encoding", "gzip"),), b"\0" + PAGE, "it cannot be decoded: "),
        ([], (("Content-Encoding", "gzip"),), gzip.compress(PAGE, mtime=0)[:-9], "it cannot be decoded: "),
        ([], (("Content-Encoding", "br"),), brotli.compress(PAGE)[:-5], "it cannot be decoded: "),
        ([], (("Transfer-Encoding", "chunked"),), b"99\r\n<p>", "it cannot be decoded: "),
        (
            [],
            (("Content-Encoding", "rot13"),),
            b"\0" + PAGE,
            "it cannot be decoded: the encoding 'rot13' is not",
        ),
        ([], (), b" ", "its page is empty"),
        ([("WARC-Block-Digest", "sha1:AAAA")], (), PAGE, "its content does not match its digest"),
    ],
)
def test_an_incomplete_page_is_rejected_and_the_next_is_read(
    tmp_path: Path,
    warc_headers: list[tuple[str, str]],
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    reason: str,
) -> None:
    broken = answer(url(1), body, HTML, *headers, record_headers=warc_headers)
    first = written(broken)
    if warc_headers and warc_headers[0][0] == "WARC-Block-Digest":
        first = first.replace(b"WARC-Block-Digest: sha1:", b"WARC-Block-Digest: sha1:2")
    (tmp_path / "a.warc").write_bytes(first + written(answer(url(2), PAGE)))

    entries = read(tmp_path / "a.warc")

    assert pages(entries) == [url(2)]
    [(where, report)] = rejections(entries, tmp_path / "a.warc")
    assert where == url(1)
    assert report.startswith(reason)


@pytest.mark.parametrize(
    "content", [b"no archive at all\n", gzip.compress(b"nor this", mtime=0), b"\x1f\x8b\x08nor this"]
)
def test_a_file_that_is_not_an_archive_is_rejected(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.warc.gz").write_bytes(content)

    [(where, reason)] = rejections(read(tmp_path / "a.warc.gz"), tmp_path / "a.warc.gz")

    assert where == "after byte 0"
    assert reason.startswith("no record can be read there: ")


def test_a_page_in_utf_8_can_be_published_as_json(tmp_path: Path) -> None:
    both = [answer(url(1), PAGE), answer(url(2), b"caf\xe9")]
    (tmp_path / "a.warc").write_bytes(b"".join(map(written, both)))

    entries = read(tmp_path / "a.warc", Form.JSON)

    assert pages(entries) == [url(1)]
    [rejected] = rejections(entries, tmp_path / "a.warc")
    assert rejected == (url(2), "it is not UTF-8, so it cannot be sent as JSON")


def test_an_index_may_name_the_feed_of_an_archive(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(written(answer(url(1), PAGE)))
    (tmp_path / "index.toml").write_text('[[page]]\nfile = "a.warc"\nfeed = "crawl-7"\n')

    assert ("ce_feed", b"crawl-7") in published(read(tmp_path)).headers


#: VmHWM is the peak of this process alone. `ru_maxrss` starts at the peak of its parent.
MEASURED = """
import re, resource, sys
from pathlib import Path
from streams.ingest.warc import read_archive
kinds = [type(entry).__name__ for _, entry in read_archive(Path(sys.argv[1]), 64 * 2**20)]
status = Path("/proc/self/status")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if status.exists():
    peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]
print(kinds.count("ArchivedPage"), kinds.count("Damaged"), peak)
"""


def test_neither_a_long_archive_nor_a_page_of_a_gigabyte_is_held_in_memory(tmp_path: Path) -> None:
    """A separate process reads 300 MB of pages, and a page of 1 GB that is 1 MB compressed."""
    packed = written(answer(url(1), PAGE + b"x" * 1_000_000), compressed=True)
    layer = zlib.compressobj(1, zlib.DEFLATED, 31)
    bomb = b"".join([*(layer.compress(bytes(2**20)) for _ in range(1024)), layer.flush()])
    gigabyte = written(answer(url(2), bomb, HTML, ("Content-Encoding", "gzip")), compressed=True)
    (tmp_path / "a.warc.gz").write_bytes(packed * 300 + gigabyte)

    run = subprocess.run(
        [sys.executable, "-c", MEASURED, str(tmp_path / "a.warc.gz")], capture_output=True, check=True
    )

    pages, damaged, kilobytes = map(int, run.stdout.split())
    assert (pages, damaged) == (300, 1)
    assert kilobytes < 300_000


def test_an_answer_with_more_encodings_than_servers_use_is_not_decoded(tmp_path: Path) -> None:
    encodings = ("Content-Encoding", ",".join(["gzip"] * 1000))
    (tmp_path / "a.warc").write_bytes(written(answer(url(1), PAGE, HTML, encodings)))

    [rejected] = read(tmp_path / "a.warc")

    assert isinstance(rejected, RejectedInput)
    assert rejected.reason == "it cannot be decoded: it has 1000 encodings; at most 8 are decoded"


def test_without_the_extra_an_archive_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.warc").write_bytes(written(answer(url(1), PAGE)))
    monkeypatch.setitem(sys.modules, "fastwarc", None)

    with pytest.raises(ConfigError, match=r"^a \.warc file needs the extra \[warc\]: pip install 'copydesk"):
        read(tmp_path / "a.warc")
