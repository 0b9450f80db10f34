import pytest

from agents.clean.fields.sent_authors import names


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("ann@a.example (Ann Lee)", ["Ann Lee"]),
        ("mailto:ann@a.example (Ann Lee)", ["Ann Lee"]),
        ("Ann Lee <ann@a.example>", ["Ann Lee"]),
        ("Ann Lee (ann@a.example)", ["Ann Lee"]),
        ("ann@a.example", []),
        ("Lee, Ann", ["Ann Lee"]),
        ("Lee,Ann M.", ["Ann M. Lee"]),
        ("van der Berg, Anna", ["Anna van der Berg"]),
        ("Иванова, Анна", ["Анна Иванова"]),
        ("Lee, Ann; Roe, Tom", ["Ann Lee", "Tom Roe"]),
        ("Lee, Ann and Roe, Tom", ["Ann Lee", "Tom Roe"]),
        ("Lee, Ann, Roe, Tom", ["Ann Lee", "Tom Roe"]),
        ("Ann Lee; Tom Roe", ["Ann Lee", "Tom Roe"]),
        ("Ann Lee, Tom Roe", ["Ann Lee, Tom Roe"]),
        ("Ann Lee, Reuters", ["Ann Lee, Reuters"]),
        ("Reuters, AFP", ["Reuters, AFP"]),
        ("Ann Lee, Chief Reporter", ["Ann Lee, Chief Reporter"]),
        ("Lee, Jr.", ["Lee, Jr."]),
        ("", []),
    ],
)
def test_names_are_read_as_feeds_write_them(sent: str, expected: list[str]) -> None:
    assert names([sent]) == expected
