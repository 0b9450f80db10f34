"""The kind of forty pages that are no articles, and of forty that look like these and are."""

import pytest

from agents.clean.kinds.lists import MOST_OF_STRUCTURE, _structure
from agents.clean.kinds.look import Look
from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle, RawArticle
from streams.core.stage import Discard
from tests.unit.agents.clean.kinds.articles import ARTICLES
from tests.unit.agents.clean.kinds.lists import LISTS
from tests.unit.agents.clean.kinds.walls import WALLS
from tests.unit.agents.clean.pages import page

WORK = load(CleanSettings())
NOT_ARTICLES = LISTS | WALLS


def outcome(url: str, html: str) -> CleanArticle | Discard:
    return WORK(RawArticle(url=url, html=html))


@pytest.mark.parametrize("name", NOT_ARTICLES)
def test_a_page_that_is_no_article_is_discarded_as_what_it_is(name: str) -> None:
    kind, url, html = NOT_ARTICLES[name]

    assert outcome(url, html) == Discard("not-an-article", kind)


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_that_looks_like_another_page_is_kept(name: str) -> None:
    assert isinstance(outcome(*ARTICLES[name]), CleanArticle)


def test_the_structure_of_a_page_adds_no_more_than_is_known_before_it_is_looked_at() -> None:
    look = Look(page("<p>The ferry stays.</p>"), ["The ferry stays."], None)

    assert round(sum(weight for _, weight in _structure(look)), 2) == MOST_OF_STRUCTURE
