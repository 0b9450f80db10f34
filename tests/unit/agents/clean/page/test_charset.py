import gzip
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.page.charset import Decoded, decode
from streams.errors import Invalid
from tests.unit.agents.clean.page.languages import page as news

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


RUSSIAN = "<p>Портовый совет во вторник решил закрыть старый разводной мост на девять недель.</p>"
COMMENT = "<!-- " + "x" * 3000 + " -->"


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=windows-1251>",
        "<META CHARSET = 'CP1251' />",
        '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">',
        '<meta content="text/html;charset=windows-1251" http-equiv=content-type>',
        '<?xml version="1.0" encoding="windows-1251"?>',
        COMMENT + "<meta charset=windows-1251>",
        "<!-- <meta charset=koi8-r> --><meta charset=windows-1251>",
        '<meta name="description" content="charset=koi8-r"><meta charset=windows-1251>',
    ],
)
def test_the_charset_that_the_page_declares_is_read_as_browsers_do(head: str) -> None:
    text = f"<html><head>{head}</head>{RUSSIAN}"

    assert read(text.encode("cp1251")) == Decoded(text, "windows-1251")


@pytest.mark.parametrize(
    ("page", "declared", "charset", "guessed"),
    [
        (RUSSIAN.encode("utf-16-le"), None, "utf-16le", False),
        (RUSSIAN.encode("utf-16-be"), "windows-1251", "utf-16be", False),
        (b"\xff\xfe" + RUSSIAN.encode("utf-16-le"), "utf-8", "utf-16le", False),
        (b"\xff\xfe" + RUSSIAN.encode(), None, "utf-8", False),
        (b"\xef\xbb\xbf" + RUSSIAN.encode("cp1251"), "windows-1251", "windows-1251", False),
        (RUSSIAN.encode(), "utf-16", "utf-8", False),
        (RUSSIAN.encode("cp1251"), "utf-16", "windows-1251", True),
        (RUSSIAN.encode("cp1251"), "utf-8", "windows-1251", True),
        (RUSSIAN.encode("cp1251"), "iso-8859-1", "windows-1251", True),
        (RUSSIAN.encode("cp1251"), "x-user-defined", "windows-1251", True),
        (RUSSIAN.encode("cp1251"), "replacement", "windows-1251", True),
        (RUSSIAN.encode("koi8-r"), "windows-1251", "koi8-u", True),
    ],
)
def test_a_wrong_declaration_is_seen_in_the_bytes(
    page: bytes, declared: str | None, charset: str, guessed: bool
) -> None:
    assert read(page, declared) == Decoded(RUSSIAN, charset, guessed)


@pytest.mark.parametrize("charset", ["gbk", "big5", "euc-jp", "shift_jis", "euc-kr", "utf-8", "koi8-r"])
def test_an_odd_byte_does_not_turn_a_page_into_another_charset(charset: str) -> None:
    language = {"gbk": "zh", "big5": "zh-Hant", "euc-kr": "ko", "koi8-r": "ru"}.get(charset, "ja")
    text = news(language, plain=True)
    content = text.replace("</h1>", "</h1>@").encode(charset).replace(b"@", b"\xff")

    decoded = read(content, charset)

    assert decoded.charset == charset
    assert text.partition("<p>")[2] in decoded.text


def test_a_few_bytes_of_another_charset_leave_utf_8_as_it_is() -> None:
    page = "<meta charset=utf-8><p>the army’s reserve</p>".encode() + b"<p>caf\xe9, \xe9tage</p>"

    assert "army’s reserve" in read(page).text


def test_text_that_was_read_wrongly_before_the_page_was_made_is_repaired() -> None:
    assert read("<p>The board wonâ€™t wait</p>".encode()).text == "<p>The board won’t wait</p>"


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
