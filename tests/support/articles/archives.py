"""Web archives of invented pages, as crawlers write them."""

import io
from collections.abc import Iterable

from fastwarc.stream_io import GzipWriter
from fastwarc.warc import WarcRecord, WarcRecordType

DATE = "2026-03-03T09:00:00Z"
HTML = ("Content-Type", "text/html; charset=utf-8")


def answer(
    url: str,
    body: bytes,
    *headers: tuple[str, str],
    status: str = "200 OK",
    kind: WarcRecordType = WarcRecordType.response,
    record_headers: Iterable[tuple[str, str]] = (),
) -> WarcRecord:
    """An HTTP answer as it was received. `record_headers` are those of the archive's record itself."""
    record = _record(url, kind, record_headers)
    record.headers["Content-Type"] = "application/http; msgtype=response"
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers or (HTML,)), "", ""]
    record.set_bytes_content("\r\n".join(lines).encode() + body)
    return record


def resource(url: str, body: bytes, media: str) -> WarcRecord:
    """A file that was archived without its HTTP answer."""
    record = _record(url, WarcRecordType.resource, ())
    record.headers["Content-Type"] = media
    record.set_bytes_content(body)
    return record


def written(record: WarcRecord, *, compressed: bool = False) -> bytes:
    """The bytes of the record in an archive, with the digest of its block."""
    out = io.BytesIO()
    if not compressed:
        record.write(out, checksum_data=True)
        return out.getvalue()
    packed = GzipWriter(out)
    record.write(packed, checksum_data=True)
    packed.finish()
    return out.getvalue()


def _record(url: str, kind: WarcRecordType, headers: Iterable[tuple[str, str]]) -> WarcRecord:
    record = WarcRecord()
    record.init_headers(kind)
    for name, value in (("WARC-Target-URI", url), ("WARC-Date", DATE), *headers):
        record.headers[name] = value
    return record
