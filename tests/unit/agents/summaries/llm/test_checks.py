"""Names, numbers and words of a summary must stand in the article."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.records import Entity, TaggedArticle, extend
from agents.summaries.llm.checks import Unfit, unfit
from agents.summaries.llm.names import Stated, foreign
from agents.summaries.llm.numbers import numbers, stated
from agents.summaries.settings import SummariesSettings
from tests.unit.agents.articles import tagged_article
from tests.unit.agents.summaries.llm.asked import ARTICLE, GOOD

SETTINGS = SummariesSettings()
NUMBERS = st.integers(1, 10**12)
NAMES = st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True)


def foreign_to(article: str, summary: str) -> list[str]:
    return list(foreign([summary], Stated([article], [])))


@pytest.mark.parametrize(
    ("article", "summary"),
    [
        ("It cost £1,200,000.", "It cost £1.2 million."),
        ("Es kostet 1.200 Euro.", "It costs 1200 euros."),
        ("It cost £5m.", "It cost 5 million pounds."),
        ("A rope of 5m.", "A rope of 5 metres."),
        ("Er zahlt 3,5 Millionen.", "Er zahlt 3.5 Millionen."),
        ("Two people died.", "2 people died."),
        ("On 03.11.2024 it opened.", "It opened on 3 November 2024."),
        ("On 2024-11-03 it opened.", "It opened on 3 November 2024."),
        ("12 500 came.", "12,500 came."),
        ("１２ Uhr", "12 Uhr"),
        ("It is the 3rd of five.", "It is the 3rd of 5."),
        ("One man came.", "One man came."),
    ],
)
def test_a_number_may_be_written_in_another_way(article: str, summary: str) -> None:
    assert stated(article).issuperset(numbers(summary))


@pytest.mark.parametrize(
    ("article", "summary"),
    [
        ("It cost £5 million.", "It cost £5 billion."),
        ("It cost £5 million.", "It cost £5."),
        ("It cost £3.5.", "It cost £35."),
        ("Two people died.", "Three people died."),
        ("12 people and 50 dogs came.", "12,050 people came."),
        ("In 2024 it opened.", "In 2025 it opened."),
    ],
)
def test_another_number_is_not_in_the_article(article: str, summary: str) -> None:
    assert not stated(article).issuperset(numbers(summary))


@given(NUMBERS, st.sampled_from([",", ".", " ", "\u00a0", "\u202f", "’"]), st.sampled_from(["{:,}", "{}"]))
def test_separators_of_thousands_do_not_matter(number: int, separator: str, form: str) -> None:
    written = f"{number:,}".replace(",", separator)

    assert list(numbers(form.format(number))) == [Decimal(number)]
    assert Decimal(number) in stated(f"There were {written} people.")


@given(NUMBERS, NUMBERS)
def test_a_number_is_in_the_article_only_if_it_is(in_article: int, in_summary: int) -> None:
    is_stated = stated(f"There were {in_article} people.").issuperset(numbers(f"{in_summary} people"))

    assert is_stated is (in_article == in_summary)


@pytest.mark.parametrize(
    ("article", "summary"),
    [
        ("Anna Berg leads the U.S. board.", "The US board is led by Anna Berg."),
        ("Anna Berg's plan", "The plan of ANNA BERG"),
        ("the Franco-German plan", "A plan of German and Franco"),
        ("President Anna Berg said", "In its plan, Berg said"),
        ("Die Häuser Berlins", "Berlin hat Häuser"),
        ("the president, Anna Berg", "It was said by President Anna Berg"),
        ("港口管理局推迟了计划", "港口管理局推迟了计划"),
        ("The plan is dead", "However, the plan is dead"),
    ],
)
def test_a_name_may_be_written_in_another_case_or_as_a_part(article: str, summary: str) -> None:
    assert foreign_to(article, summary) == []


@pytest.mark.parametrize(
    ("article", "summary", "names"),
    [
        ("The board met in Portsmouth.", "The board met in Gosport.", ["Gosport"]),
        ("The board met.", "Zuckerberg met.", ["Zuckerberg"]),
        ("Anna Berg and John Marsh met.", "It was Anna Marsh.", ["Anna Marsh"]),
        ("He uses a phone.", "He uses an iPhone.", ["iPhone"]),
        ("港口管理局推迟了计划", "市长取消了计划", ["市长取消了计划"]),
        ("مجلس الميناء", "مجلس المدينة", ["المدينة"]),
    ],
)
def test_a_name_that_the_article_does_not_have_is_noticed(
    article: str, summary: str, names: list[str]
) -> None:
    assert foreign_to(article, summary) == names


@given(st.lists(NAMES, min_size=1, max_size=8), st.lists(NAMES, min_size=1, max_size=3))
def test_every_name_must_be_a_word_of_the_article(of_article: list[str], of_summary: list[str]) -> None:
    noticed = foreign_to(f"there met {', '.join(of_article)} today", f"in it met {', '.join(of_summary)}")
    known = {name.lower() for name in of_article}
    bare = {known_name.removesuffix("s") for known_name in known}

    expected = [
        name for name in of_summary if not {name.lower(), name.lower().removesuffix("s")} & (known | bare)
    ]
    assert noticed == expected


def test_the_words_of_an_entity_belong_together_in_any_order() -> None:
    entity = Entity(
        id="e1",
        type="person",
        name="Anna Berg",
        count=1,
        salience=1.0,
        descriptors=["Director"],
        mentions=[],
        links=[],
    )
    article = extend(ARTICLE, TaggedArticle, entities=[entity], text=f"{ARTICLE.text} The Director came.")
    summary = GOOD.replace("Anna Berg, who leads the board,", "In the docks, Director Anna Berg")

    assert unfit(summary, ARTICLE, SETTINGS) is Unfit.NAME
    assert unfit(summary, article, SETTINGS) is None


def test_a_summary_of_the_articles_own_sentences_is_never_unfit() -> None:
    sentences = ARTICLE.text.split("\n\n")

    assert unfit(" ".join(sentences[:2]), ARTICLE, SETTINGS) is None


def test_marks_of_direction_that_the_article_does_not_have_are_not_taken_over() -> None:
    assert unfit(GOOD.replace("Anna", "\u202eAnna"), ARTICLE, SETTINGS) is Unfit.MARKUP


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(["en", "de", "zh", None]))
def test_whatever_a_model_writes_the_checks_have_an_answer(
    text: str, body: str, language: str | None
) -> None:
    assert unfit(text, tagged_article(body, language=language), SETTINGS) in {None, *Unfit}


def test_words_that_any_text_has_do_not_make_an_order_in_the_article_its_summary() -> None:
    order = "Everybody should buy this coin."
    article = tagged_article(
        f"{ARTICLE.text} {order} They were there before everybody else should have been."
    )

    assert unfit(order, article, SETTINGS) is Unfit.WORDS
