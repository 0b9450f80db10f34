"""Decodes bodies of HTTP answers: transfer and content encodings, up to a size.

fastwarc's own decoding of a held record unpacks all of it at once (1 MB of gzip to 1 GB, 2.0.1) and takes
gzip that ends early for the whole. So its readers are used where they are exact, and zlib where they are not.
"""

import io
import re
import zlib
from collections.abc import Callable

#: zlib's window bits for a gzip or zlib header, and for none, which some servers call `deflate`.
WITH_HEADER, BARE = 47, -15
#: Servers use two: a content and a transfer encoding. A header of 16 kB has room for thousands.
MOST_ENCODINGS = 8
#: How pages begin, and neither a chunk nor compressed content.
DECODED = re.compile(rb"(?:\xef\xbb\xbf)?+\s*+<[!?a-zA-Z]")
GZIP = b"\x1f\x8b\x08"
CHUNK = re.compile(rb"(?:\r?\n)?+[ \t]*+([0-9a-fA-F]{1,8})[ \t]*+(?:;[^\r\n]*+)?\r?\n")
MOST_CHUNKS = 100_000
MOST_MEMBERS = 1000


def decoded(body: bytes, encodings: list[str], most: int) -> bytes:
    """The body without `encodings`, in the order they were applied. It is cut at `most` + 1 bytes.

    Crawlers decode some bodies and keep the headers: one that is plainly a page is left as it is. Raises
    `OSError` where the body is not encoded so or ends early, and for an unknown encoding.
    """
    if len(encodings) > MOST_ENCODINGS:
        raise OSError(f"it has {len(encodings)} encodings; at most {MOST_ENCODINGS} are decoded")
    for name in reversed(encodings):
        try:
            body = _decoded(body, name, most)
        except OSError:
            if not DECODED.match(body):
                raise
    return body


def _decoded(body: bytes, name: str, most: int) -> bytes:
    if name not in DECODERS:
        raise OSError(f"the encoding {name[:40]!r} is not known")
    if body.startswith(GZIP):
        # No other encoding begins so. What is named `chunked` has been put together by the crawler.
        return body if name == "chunked" else _inflated(body, most)
    return DECODERS[name](body, most)


def _unchunked(body: bytes, most: int) -> bytes:
    try:
        return _by_fastwarc("ChunkedReader")(body, most)
    except OSError as error:
        return _leniently_unchunked(body, error)


def _leniently_unchunked(body: bytes, error: OSError) -> bytes:
    """With extensions, trailers and bare line feeds too. Raises `error` where it is not chunked at all."""
    parts: list[bytes] = []
    at = 0
    for _ in range(MOST_CHUNKS):
        chunk = CHUNK.match(body, at)
        if chunk is None or (size := int(chunk[1], 16)) > len(body) - chunk.end():
            raise error
        if size == 0:
            return b"".join(parts)
        at = chunk.end() + size
        parts.append(body[chunk.end() : at])
    raise error


def _inflated(body: bytes, most: int) -> bytes:
    for bits in (WITH_HEADER, BARE):
        reader = zlib.decompressobj(bits)
        try:
            text = reader.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(text) <= most and not reader.eof:
            raise OSError("the compressed content ends early")
        return text + _further_members(reader.unused_data, most - len(text))
    raise OSError("the content is not compressed as it says")


def _further_members(body: bytes, most: int) -> bytes:
    """What follows the first member of gzip. Whatever is no gzip is left out, as browsers do."""
    texts: list[bytes] = []
    while body.startswith(GZIP) and len(texts) < MOST_MEMBERS and most >= 0:
        reader = zlib.decompressobj(WITH_HEADER)
        try:
            texts.append(reader.decompress(body, most + 1))
        except zlib.error:
            break
        body, most = reader.unused_data, most - len(texts[-1])
    return b"".join(texts)


def _by_fastwarc(name: str) -> Callable[[bytes, int], bytes]:
    def read(body: bytes, most: int) -> bytes:
        from fastwarc import stream_io

        reader = getattr(stream_io, name)(io.BytesIO(body))
        parts = io.BytesIO()
        while parts.tell() <= most and (part := reader.read(most + 1 - parts.tell())):
            parts.write(part)
        return parts.getvalue()

    return read


DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "identity": lambda body, _: body,
    **dict.fromkeys(("gzip", "x-gzip", "deflate", "x-deflate"), _inflated),
    **dict.fromkeys(("br", "brotli"), _by_fastwarc("BrotliReader")),
    **dict.fromkeys(("zstd", "zstandard"), _by_fastwarc("ZstdReader")),
    "chunked": _unchunked,
}
