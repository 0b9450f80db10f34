import pytest

from agents.clean.page.boilerplate import (
    attributed_to,
    is_boilerplate,
    split_tail,
    without_head,
    without_repeats,
)

FIRST, SECOND = "The council voted on Tuesday.", "The ferry will stay for the winter."


@pytest.mark.parametrize(
    "notice",
    [
        "You have permission to republish this article under a Creative Commons license.",
        "© 2026 Harbour Courier",
        "All rights reserved.",
        "Alle Rechte vorbehalten",
        "Follow us on Mastodon",
        "Sign up here for our daily newsletter.",
        "(Reporting by Ann Lee; Editing by Tom Roe)",
        "Newsletter abonnieren",
        "This article was first published on The Harbour under a licence.",
        "Originally published in the Courier.",
        "The post Ferry stays appeared first on Courier.",
    ],
)
def test_notices_after_the_end_are_separated_from_the_story(notice: str) -> None:
    assert split_tail([FIRST, SECOND, notice]) == ([FIRST, SECOND], [notice])


def test_a_notice_in_the_middle_and_a_long_paragraph_stay() -> None:
    long = "The author said that all rights reserved by the state " + "were given back to the people " * 15

    assert split_tail(["Follow us on Mastodon", FIRST]) == (["Follow us on Mastodon", FIRST], [])
    assert not is_boilerplate(long)


def test_a_story_of_nothing_but_notices_is_left_whole() -> None:
    assert split_tail(["All rights reserved."]) == (["All rights reserved."], [])


@pytest.mark.parametrize(
    ("notice", "authors"),
    [
        ("Republish with attribution to the author Ann Lee and a link.", ["Ann Lee"]),
        ("Please credit the author Ann van Dyke.", ["Ann van Dyke"]),
        ("(Reporting by Ann Lee and Tom Roe; Editing by Sue Ray)", ["Ann Lee and Tom Roe"]),
        ("All rights reserved.", []),
    ],
)
def test_the_authors_to_credit_are_read_from_a_notice(notice: str, authors: list[str]) -> None:
    assert attributed_to([notice]) == authors


@pytest.mark.parametrize(
    "head",
    [
        ["Opinion"],
        ["By Ann Lee and Tom Roe"],
        ["Opinion", "Von Ann Lee, Tom Roe"],
        ["By Ann Lee, Transport Minister"],
    ],
)
def test_kickers_and_bylines_before_the_story_are_removed(head: list[str]) -> None:
    assert without_head([*head, FIRST, SECOND], ["Ann Lee", "Tom Roe"]) == [FIRST, SECOND]


@pytest.mark.parametrize("first", ["No.", "Why now?", "Ann Lee never wanted to be mayor.", FIRST])
def test_a_short_sentence_and_a_sentence_about_the_author_stay(first: str) -> None:
    assert without_head([first, SECOND], ["Ann Lee"]) == [first, SECOND]


LONE = "The ferry will stay in the harbour for the winter."


@pytest.mark.parametrize(
    ("paragraphs", "kept"),
    [
        ([f"{FIRST} {LONE}", SECOND, LONE], [f"{FIRST} {LONE}", SECOND]),
        ([LONE, f"{FIRST} {LONE}"], [f"{FIRST} {LONE}"]),
        ([f"{FIRST} “No.”", "“No.”"], [f"{FIRST} “No.”", "“No.”"]),
        ([LONE, SECOND], [LONE, SECOND]),
    ],
)
def test_a_sentence_that_stands_in_a_paragraph_and_alone_is_kept_once(
    paragraphs: list[str], kept: list[str]
) -> None:
    assert without_repeats(paragraphs) == kept
