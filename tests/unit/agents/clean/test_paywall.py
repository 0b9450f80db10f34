import json

import pytest

from agents.clean.fields.paywall import paywall
from agents.records import Paywall
from tests.unit.agents.clean.pages import page


@pytest.mark.parametrize(
    ("free", "status"),
    [(True, "free"), (False, "closed"), ("False", "closed"), ("http://schema.org/True", "free")],
)
def test_json_ld_says_whether_it_is_free(free: object, status: str) -> None:
    article = {"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": free}

    result = paywall(page(jsonld=json.dumps(article)))

    assert (result.status, result.evidence) == (status, "json-ld")


@pytest.mark.parametrize(("tier", "status"), [("free", "free"), ("metered", "metered"), ("locked", "closed")])
def test_the_content_tier_says_so_too(tier: str, status: str) -> None:
    result = paywall(page(head=f'<meta property="article:content_tier" content="{tier}">'))

    assert (result.status, result.evidence) == (status, "meta")


def test_it_is_unknown_where_nothing_is_said() -> None:
    assert paywall(page()) == Paywall(status="unknown", evidence=None)
