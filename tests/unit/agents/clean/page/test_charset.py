import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.charset import Decoded, decode
from streams.errors import Invalid

MOST = 100_000


def read(page: bytes, declared: str | None = None) -> Decoded:
    return decode(page, declared, MOST)


@pytest.mark.parametrize(
    ("declared", "charset", "codec", "text"),
    [
        ("ISO-8859-1", "windows-1252", "cp1252", "“café”"),
        ("windows-1251", "windows-1251", "cp1251", "Совет"),
        ("shift_jis", "shift_jis", "cp932", "港の灯台"),
        ("euc-kr", "euc-kr", "cp949", "항구"),
        ("gb2312", "gbk", "gb18030", "港口"),
        ("iso-2022-jp", "iso-2022-jp", "iso2022_jp", "港の灯台"),  # all of its bytes are ASCII
        (
            None,
            "koi8-r",
            "koi8-r",
            '<html><head><meta http-equiv=Content-Type content="text/html; charset=koi8-r">Да',
        ),
    ],
)
def test_the_charset_that_the_header_or_the_page_declares_is_decoded_as_browsers_do(
    declared: str | None, charset: str, codec: str, text: str
) -> None:
    assert read(text.encode(codec), declared) == Decoded(text, charset)


@pytest.mark.parametrize(
    ("page", "declared", "text"),
    [
        ("<p>café".encode(), "latin-1", "<p>café"),
        ("\ufeff<p>é".encode("utf-16-be"), "utf-8", "<p>é"),
        (b"\xef\xbb\xbf<p>x", None, "<p>x"),
    ],
    ids=["UTF-8", "byte order mark of UTF-16", "byte order mark of UTF-8"],
)
def test_bytes_that_can_be_only_one_charset_decide_whatever_is_declared(
    page: bytes, declared: str | None, text: str
) -> None:
    assert read(page, declared).text == text


@pytest.mark.parametrize("declared", [None, "nonsense", "hex", "rot13", "utf-8", "", "a\0b"])
def test_without_a_charset_that_fits_it_is_guessed_and_marked_as_guessed(declared: str | None) -> None:
    page = "<p>Störche kehren früher zurück, sagte die Biologin; „der Weg ist kürzer“.".encode("cp1252")

    decoded = read(page, declared)

    assert decoded.guessed
    assert "Störche kehren früher zurück" in decoded.text


def test_a_few_broken_bytes_do_not_spoil_the_rest_of_a_utf_8_page() -> None:
    page = "Ответ был получен вовремя".encode() + b"\xd0"

    assert read(page) == Decoded("Ответ был получен вовремя\ufffd", "utf-8", guessed=True)


def test_a_page_in_gzip_is_unpacked() -> None:
    assert read(gzip.compress(b"<p>x")).text == "<p>x"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (gzip.compress(bytes(10_000_000)), "larger than 100000 bytes"),
        (b"\x1f\x8b\x08" + b"x" * 50, "has a gzip header"),
    ],
    ids=["too large", "not gzip"],
)
def test_a_page_in_gzip_that_cannot_be_unpacked_is_invalid(page: bytes, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read(page)


@given(st.binary(max_size=200), st.none() | st.text(max_size=10))
def test_any_bytes_become_text_or_are_invalid(page: bytes, declared: str | None) -> None:
    with suppress(Invalid):
        assert isinstance(read(page, declared).text, str)
