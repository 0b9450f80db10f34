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


def test_utf_8_is_recognised_by_its_bytes_whatever_charset_is_declared() -> None:
    assert read("<p>café".encode(), "latin-1") == Decoded("<p>café", "utf-8")


@pytest.mark.parametrize(
    ("declared", "charset", "codec"),
    [
        ("ISO-8859-1", "windows-1252", "cp1252"),
        ("windows-1251", "windows-1251", "cp1251"),
        ("shift_jis", "shift_jis", "cp932"),
        ("euc-kr", "euc-kr", "cp949"),
        ("gb2312", "gb18030", "gb18030"),
    ],
)
def test_a_declared_charset_is_decoded_as_browsers_do(declared: str, charset: str, codec: str) -> None:
    text = {"cp1251": "Совет", "cp932": "港の灯台", "cp949": "항구", "gb18030": "港口"}.get(codec, "“café”")

    assert read(text.encode(codec), declared) == Decoded(text, charset)


def test_the_page_may_declare_its_charset_itself() -> None:
    page = '<html><head><meta http-equiv=Content-Type content="text/html; charset=koi8-r"><p>Совет'

    assert read(page.encode("koi8-r")) == Decoded(page, "koi8-r")


def test_a_byte_order_mark_decides_whatever_charset_is_declared() -> None:
    assert read("\ufeff<p>é".encode("utf-16-be"), "utf-8").text == "<p>é"
    assert read(b"\xef\xbb\xbf<p>x") == Decoded("<p>x", "utf-8")


def test_seven_bit_japanese_is_not_taken_for_utf_8() -> None:
    assert read("港の灯台".encode("iso2022_jp"), "iso-2022-jp") == Decoded("港の灯台", "iso2022_jp")


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


def test_a_page_that_unpacks_to_more_than_the_limit_is_invalid() -> None:
    with pytest.raises(Invalid, match="larger than 100000 bytes"):
        read(gzip.compress(bytes(10_000_000)))


def test_a_page_that_looks_like_gzip_and_is_not_is_invalid() -> None:
    with pytest.raises(Invalid, match="has a gzip header"):
        read(b"\x1f\x8b\x08" + b"x" * 50)


@given(st.binary(max_size=200), st.none() | st.text(max_size=10))
def test_any_bytes_become_text_or_are_invalid(page: bytes, declared: str | None) -> None:
    with suppress(Invalid):
        assert isinstance(read(page, declared).text, str)
