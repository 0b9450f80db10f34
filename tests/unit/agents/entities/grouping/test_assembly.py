import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from agents.entities.grouping.assembly import Article, assemble, fullest, salience
from agents.entities.mentions import Mention
from agents.entities.places.table import Places
from agents.records import Span


def test_an_entity_has_its_fullest_name_and_all_its_mentions() -> None:
    entities = assemble(
        [
            Mention("title", 0, 4, "Berg", "person"),
            Mention("text", 0, 4, "Oslo", "place"),
            Mention("text", 10, 19, "Anna Berg", "person"),
        ],
        Article(title="Berg", text="Oslo, said Anna Berg. " * 5),
    )

    assert [(entity.id, entity.type, entity.name, entity.count) for entity in entities] == [
        ("e1", "person", "Anna Berg", 2),
        ("e2", "place", "Oslo", 1),
    ]
    assert entities[0].mentions == [
        Span(field="title", start=0, end=4, text="Berg"),
        Span(field="text", start=10, end=19, text="Anna Berg"),
    ]
    assert (entities[0].descriptors, entities[0].links, entities[0].value) == ([], [], None)


def test_a_place_in_the_capitals_of_a_dateline_has_a_name_in_small_letters() -> None:
    text = "PORT HARLAN — The USA won."
    mentions = [Mention("text", 0, 11, "PORT HARLAN", "place"), Mention("text", 18, 21, "USA", "place")]

    assert [each.name for each in assemble(mentions, Article("", text), Places.load())] == [
        "Port Harlan",
        "USA",
    ]


def test_an_agency_that_only_signs_is_not_what_the_article_is_about() -> None:
    text = "BERGEN (NTB/AFP) - The port (NTB) is full."
    ntb, afp = Mention("text", 8, 11, "NTB", "organisation"), Mention("text", 12, 15, "AFP", "organisation")

    assert [each.salience for each in assemble([ntb, afp], Article("", text))] == [0.0, 0.0]
    late = Mention("text", 29, 32, "NTB", "organisation")
    assert assemble([late], Article("", "x" * 60 + text))[0].salience > 0


def test_salience_grows_with_mentions_early_in_the_text_and_in_the_title_most_for_its_first_name() -> None:
    late, early = (Mention("text", start, start + 4, "Oslo", "place") for start in (50, 0))

    assert salience([late], 100) == 0.242
    title = Mention("title", 0, 4, "Oslo", "place")
    assert salience([title, early], 100) == 0.675
    assert salience([title, early], 100, first_in_title=title) == 0.825


@given(st.lists(st.integers(0, 90), min_size=1, max_size=40), st.integers(0, 90))
def test_salience_is_between_0_and_1_and_another_mention_never_lowers_it(
    starts: list[int], more: int
) -> None:
    *some, another = (Mention("text", start, start + 4, "Oslo", "place") for start in [*starts, more])

    assert 0 <= salience(some, 94) <= salience([*some, another], 94) <= 1


def test_the_fullest_name_is_preferred_in_mixed_case() -> None:
    assert fullest([Mention("text", 0, 4, form, "place") for form in ["OSLO", "OSLO", "Oslo"]]) == "Oslo"


def test_a_weekday_is_the_next_one_where_the_words_before_say_so() -> None:
    text = "It was shut on Friday until midnight on Friday."
    dates = [Mention("text", at, at + 6, "Friday", "date") for at in (15, 40)]

    entities = assemble(dates, Article("", text, published=date(2017, 1, 14)))

    assert [entity.value for entity in entities] == ["2017-01-13", "2017-01-20"]


def test_a_shared_last_name_is_of_whom_the_title_before_it_says() -> None:
    text = "Jane Keane and Peter Keane came. Ms. Keane left. Mr. Keane stayed. Keane spoke."
    mentions = [
        Mention("text", at.start(), at.end(), at[0], "person")
        for at in re.finditer("Jane Keane|Peter Keane|Keane", text)
    ]

    entities = assemble(mentions, Article("", text))

    assert [(entity.name, entity.count) for entity in entities] == [
        ("Jane Keane", 2),
        ("Peter Keane", 2),
        ("Keane", 1),
    ]


def test_a_shared_last_name_is_of_the_only_person_named_so_far() -> None:
    text = "Jane Keane came. Keane left. Then Peter Keane stayed."
    mentions = [
        Mention("text", at.start(), at.end(), at[0], "person")
        for at in re.finditer("Jane Keane|Peter Keane|Keane", text)
    ]

    assert [entity.count for entity in assemble(mentions, Article("", text))] == [2, 1]
