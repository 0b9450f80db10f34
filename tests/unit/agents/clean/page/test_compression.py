import gzip
import zlib

import cramjam
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.compression import unpacked
from streams.errors import Invalid

PAGE = b"<!DOCTYPE html><title>The ferry</title><p>" + b"It sails at noon. " * 50
MOST = 100_000


def bare(content: bytes) -> bytes:
    """What some servers call `deflate`: without a header."""
    return zlib.compress(content)[2:-4]


FORMATS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "deflate without a header": bare,
    "zstd": zstandard.compress,
    "br": lambda content: bytes(cramjam.brotli.compress(content)),
    "gzip twice": lambda content: gzip.compress(gzip.compress(content)),
    "zstd in gzip": lambda content: gzip.compress(zstandard.compress(content)),
}


@pytest.mark.parametrize("name", FORMATS)
def test_a_page_that_is_still_compressed_is_unpacked(name: str) -> None:
    assert unpacked(FORMATS[name](PAGE), MOST) == PAGE


@pytest.mark.parametrize("name", ["gzip", "deflate", "deflate without a header"])
def test_of_a_compressed_page_that_is_cut_the_first_part_is_read(name: str) -> None:
    content = FORMATS[name](PAGE)
    part = unpacked(content[: len(content) - 12], MOST)

    assert part
    assert PAGE.startswith(part)


@pytest.mark.parametrize("name", ["gzip", "deflate", "deflate without a header", "zstd", "gzip twice"])
def test_a_page_that_would_be_too_large_unpacked_is_invalid(name: str) -> None:
    with pytest.raises(Invalid, match="larger than 100000 bytes"):
        unpacked(FORMATS[name](b"<p>" + bytes(3_000_000)), MOST)


def test_brotli_of_a_page_that_would_be_too_large_stays_packed() -> None:
    content = FORMATS["br"](b"<p>" + bytes(3_000_000))

    assert unpacked(content, MOST) == content


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"], ids=["gzip", "zstd"])
def test_a_header_of_a_format_that_does_not_follow_is_invalid(content: bytes) -> None:
    with pytest.raises(Invalid, match="cannot be decompressed"):
        unpacked(content + b"x" * 50, MOST)


@given(st.sampled_from([b"<", b"\n <", b"\xef\xbb\xbf<", b"\xff\xfe<\0", b"{", b"Plain text "]), st.binary())
def test_what_is_not_compressed_is_left_as_it_is(start: bytes, rest: bytes) -> None:
    assert unpacked(start + rest, MOST) == start + rest
