import pytest

from agents.clean.fields.paywall import paywall
from agents.records import Paywall
from tests.unit.agents.clean.pages import news, page


@pytest.mark.parametrize(
    ("free", "status"),
    [(True, "free"), (False, "closed"), ("False", "closed"), ("http://schema.org/True", "free")],
)
def test_json_ld_says_whether_the_article_is_free(free: object, status: str) -> None:
    access = paywall(page(jsonld=news(isAccessibleForFree=free)))

    assert (access.status, access.evidence) == (status, "json-ld")


@pytest.mark.parametrize(("tier", "status"), [("free", "free"), ("metered", "metered"), ("locked", "closed")])
def test_the_content_tier_says_whether_the_article_is_free(tier: str, status: str) -> None:
    access = paywall(page(head=f'<meta property="article:content_tier" content="{tier}">'))

    assert (access.status, access.evidence) == (status, "meta")


def test_a_page_that_says_nothing_about_access_is_unknown() -> None:
    assert paywall(page()) == Paywall(status="unknown", evidence=None)
