import pytest

from agents import charsets


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("utf8", "utf-8"),
        ("UTF-8;", "utf-8"),
        ('"iso-8859-1"', "windows-1252"),
        ("'utf-8'", "utf-8"),
        (" latin1\n", "windows-1252"),
        ("x-sjis", "shift_jis"),
        ("windows-31j", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("cp949", "euc-kr"),
        ("gb2312", "gbk"),
        ("big5-hkscs", "big5"),
        ("x-mac-roman", "macintosh"),
        ("tis-620", "windows-874"),
        ("logical", "iso-8859-8-i"),
        ("iso2022_jp", "iso-2022-jp"),
        ("utf-8, text/html", "utf-8"),
        ("utf-16", "utf-16le"),
        ("hz-gb-2312", "replacement"),
        ("cp437", "cp437"),
        ("utf-7", None),
        ("hex", None),
        ("nonsense", None),
        ("x" * 1_000_000, None),
        ("", None),
        (None, None),
    ],
)
def test_a_label_means_the_charset_that_browsers_take_it_for(label: str | None, name: str | None) -> None:
    assert charsets.name(label) == name


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("gbk", b"\x80 \xb8\xdb\xa3\xa0", "€ 港\u3000"),
        ("gbk", b"\xb8\xdb\xff\xfe<p>", "港\ufffd\ufffd<p>"),
        ("gb18030", b"\xb8<p>", "\ufffd<p>"),
        ("big5", b"\xb4\xe4\xa3\xe1\x81@", "港€\ufffd@"),
        ("euc-jp", b"\xad\xa1\xb9\xc1\xa1\xc1\xfc\xf1", "①港～ⅰ"),
        ("euc-jp", b"\xb9\xc1\x8e\xb1", "港ｱ"),
        ("shift_jis", b"\x87@\x8d`", "①港"),
        ("iso-2022-jp", b"a\x1b$B-!9A\x1b(I1\x1b(Jb\x1b(Bc", "a①港ｱbc"),
        ("euc-kr", b"\xc7\xd7\x8cc", "항똠"),
        ("windows-1252", b"\x80\x81\x9d", "€\x81\x9d"),
        ("windows-874", b"\x81\xa1\xdb", "\x81ก\ufffd"),
        ("iso-8859-7", b"\xa4\xae", "€\ufffd"),
        ("koi8-u", b"\xae\xbe", "ўЎ"),
        ("iso-8859-8-i", b"\xf9", "ש"),
        ("x-mac-cyrillic", b"\xff\xa2", "€Ґ"),
    ],
)
def test_bytes_are_decoded_as_browsers_do_where_pythons_codec_differs(
    charset: str, content: bytes, text: str
) -> None:
    assert charsets.decoded(content, charset) == text
