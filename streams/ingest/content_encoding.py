"""Decodes bodies of HTTP answers: transfer and content encodings, up to a size.

fastwarc's own decoding of a held record unpacks all of it at once (1 MB of gzip to 1 GB, 2.0.1) and takes
gzip that ends early for the whole. So its readers are used where they are exact, and zlib where they are not.
"""

import io
import zlib
from collections.abc import Callable

#: zlib's window bits for a gzip or zlib header, and for none, which some servers call `deflate`.
WITH_HEADER, BARE = 47, -15
#: Servers use two: a content and a transfer encoding. A header of 16 kB has room for thousands.
MOST_ENCODINGS = 8


def decoded(body: bytes, encodings: list[str], most: int) -> bytes:
    """The body without `encodings`, in the order they were applied. It is cut at `most` + 1 bytes.

    Raises `OSError` where the body is not encoded so or ends early, and for an unknown encoding.
    """
    if len(encodings) > MOST_ENCODINGS:
        raise OSError(f"it has {len(encodings)} encodings; at most {MOST_ENCODINGS} are decoded")
    for name in reversed(encodings):
        if name not in DECODERS:
            raise OSError(f"the encoding {name[:40]!r} is not known")
        body = DECODERS[name](body, most)
    return body


def _inflated(body: bytes, most: int) -> bytes:
    for bits in (WITH_HEADER, BARE):
        reader = zlib.decompressobj(bits)
        try:
            text = reader.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(text) <= most and not reader.eof:
            raise OSError("the compressed content ends early")
        return text
    raise OSError("the content is not compressed as it says")


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
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": _by_fastwarc("BrotliReader"),
    "zstd": _by_fastwarc("ZstdReader"),
    "chunked": _by_fastwarc("ChunkedReader"),
}
