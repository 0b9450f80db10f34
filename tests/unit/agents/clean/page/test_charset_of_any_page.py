"""A page in any language and charset is decoded as it was written, or it is marked as guessed."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents import charsets
from agents.clean.page.charset import Decoded, decode
from tests.unit.agents.clean.page.languages import CHARSETS, page, pages

PAGES = pages()
#: Charsets that a page is wrongly said to have.
WRONG = (
    "windows-1252",
    "windows-1251",
    "iso-8859-2",
    "gbk",
    "shift_jis",
    "euc-kr",
    "big5",
    "utf-8",
    "utf-16",
)
#: Rare, and so much like a usual charset in these languages that a wrong name for it cannot be seen.
ALIKE = {
    ("de", "iso8859-13"),
    ("pl", "iso8859-16"),
    ("tr", "iso8859-3"),
    ("lt", "iso8859-10"),
    ("de", "mac-roman"),
}


def read(content: bytes, declared: str | None) -> Decoded:
    return decode(content, declared, 100_000)


def changed(before: str, after: str) -> int:
    """How many characters of `before` are between what the two begin and what they end with."""
    same = alike(before, after)
    return max(0, len(before) - same - alike(before[same:][::-1], after[same:][::-1]))


def alike(before: str, after: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(before))


def test_a_page_with_the_charset_that_it_declares_is_decoded_as_written_and_rarely_doubted() -> None:
    wrong, doubted = set(), set()
    for language, codec, text in PAGES:
        decoded = read(text.encode(codec), CHARSETS[codec])
        wrong |= {(language, codec)} if decoded.text != text else set()
        doubted |= {(language, codec)} if decoded.guessed else set()

    assert not wrong
    assert doubted <= ALIKE | {("en", "big5hkscs"), ("th", "gb18030")}


def test_a_page_that_declares_nothing_is_mostly_decoded_as_written() -> None:
    wrong = [
        (language, codec)
        for language, codec, text in PAGES
        if (decoded := read(text.encode(codec), None)).text != text and decoded.charset != "utf-8"
    ]

    assert len(wrong) < len(PAGES) / 20


@settings(max_examples=80)
@given(st.sampled_from(PAGES), st.sampled_from(WRONG))
@example(("fr", "cp1252", page("fr")), "iso-8859-2")
@example(next(each for each in PAGES if each[:2] == ("en", "big5hkscs")), "windows-1251")
def test_a_page_with_a_wrong_charset_is_decoded_as_written_or_marked(
    written: tuple[str, str, str], declared: str
) -> None:
    language, codec, text = written
    decoded = read(text.encode(codec), declared)

    assert decoded.text == text or decoded.guessed or (language, codec) in ALIKE


def test_pairs_of_bytes_that_are_read_from_their_second_on_are_marked() -> None:
    content = bytearray(next(text for language, _, text in PAGES if language == "zh-Hant").encode("gb18030"))
    content[276] = 0x80

    assert read(bytes(content), CHARSETS["gb18030"]).guessed


@settings(max_examples=80)
@given(st.data(), st.sampled_from(PAGES), st.sampled_from(["rightly", "not at all"]))
def test_a_broken_byte_spoils_its_own_place_or_the_page_is_marked(
    data: st.DataObject, written: tuple[str, str, str], how: str
) -> None:
    _, codec, text = written
    content = bytearray(text.encode(codec))
    place = data.draw(st.integers(150, len(content) - 1))
    content[place] = data.draw(st.integers(0x80, 0xFF))

    decoded = read(bytes(content), CHARSETS[codec] if how == "rightly" else None)

    # With a broken escape sequence, the rest of ISO-2022-JP is other characters in every reader.
    assert decoded.guessed or changed(text, decoded.text) <= 3 or codec == "iso2022-jp"


@settings(max_examples=80)
@given(st.data(), st.sampled_from(PAGES), st.sampled_from(["rightly", "not at all"]))
def test_a_page_that_is_cut_is_the_start_of_the_whole_or_marked(
    data: st.DataObject, written: tuple[str, str, str], how: str
) -> None:
    _, codec, text = written
    content = text.encode(codec)
    content = content[: data.draw(st.integers(150, len(content)))]

    decoded = read(content, CHARSETS[codec] if how == "rightly" else None)

    # Up to three characters stand for the one that was cut.
    assert decoded.guessed or text.startswith(decoded.text[:-3])


def test_each_name_of_a_charset_is_one_that_browsers_know() -> None:
    assert [charsets.name(name) for name in CHARSETS.values()] == list(CHARSETS.values())
