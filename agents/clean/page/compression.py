"""Bytes of a page that a server or a scraper left compressed, without saying so → the page."""

import re
import zlib

import cramjam
import zstandard

from streams.errors import Invalid

GZIP, ZSTD = b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"
#: A page begins with a tag, or with a byte order mark and a tag in UTF-8 or UTF-16.
PAGE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*+<")
TAG = re.compile(rb"<\0?[!?a-zA-Z]")
#: Looked at for a tag, and the most that is compressed again.
HEAD, TIMES = 2_048, 3


def unpacked(page: bytes, max_bytes: int) -> bytes:
    """The page without compression. Raises `Invalid` where it is larger than `max_bytes`."""
    for _ in range(TIMES):
        inner = _unpacked_once(page, max_bytes)
        if inner is None:
            break
        page = inner
        if len(page) > max_bytes:
            break
    if len(page) > max_bytes:
        raise Invalid(f"the page is larger than {max_bytes} bytes")
    return page


def _unpacked_once(page: bytes, most: int) -> bytes | None:
    if page.startswith(GZIP):
        try:
            return zlib.decompressobj(31).decompress(page, most + 1)
        except zlib.error as error:
            raise Invalid(f"the page has a gzip header and cannot be decompressed: {error}") from error
    if PAGE.match(page) or not page:
        return None
    if page.startswith(ZSTD):
        return _of_zstd(page, most)
    for text in (_inflated(page, 15, most), _inflated(page, -15, most), _of_brotli(page, most)):
        if text and TAG.search(text, 0, HEAD):
            return text
    return None


def _inflated(page: bytes, bits: int, most: int) -> bytes | None:
    """What can be read of `deflate`, which has a header of zlib or none."""
    try:
        return zlib.decompressobj(bits).decompress(page, most + 1)
    except zlib.error:
        return None


def _of_zstd(page: bytes, most: int) -> bytes | None:
    try:
        return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(page).read(most + 1)
    except zstandard.ZstdError as error:
        raise Invalid(f"the page has a zstd header and cannot be decompressed: {error}") from error


def _of_brotli(page: bytes, most: int) -> bytes | None:
    """Brotli has no header. The room for its text is limited, so a small page cannot become a large one."""
    room = bytearray(most + 1)
    try:
        return bytes(room[: cramjam.brotli.decompress_into(page, room)])
    except cramjam.DecompressionError:
        return None
