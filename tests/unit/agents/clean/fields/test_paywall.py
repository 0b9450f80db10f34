from typing import Literal

import pytest

from agents.clean.fields.paywall import paywall
from agents.records import Paywall
from tests.unit.agents.clean.pages import news, page


def free(access: object) -> dict[str, str]:
    return {"jsonld": news(isAccessibleForFree=access)}


def part(access: object, **whole: object) -> dict[str, str]:
    element = {"@type": "WebPageElement", "isAccessibleForFree": access, "cssSelector": ".paywall"}
    return {"jsonld": news(hasPart=[{"@type": "WebPageElement"}, element], **whole)}


def tier(access: str) -> dict[str, str]:
    return {"head": f'<meta property="article:content_tier" content="{access}">'}


@pytest.mark.parametrize(
    ("access", "status", "evidence"),
    [
        (free(True), "free", "json-ld"),
        (free(False), "closed", "json-ld"),
        (free("False"), "closed", "json-ld"),
        (free("http://schema.org/True"), "free", "json-ld"),
        (part(False), "closed", "json-ld"),
        (part("False"), "closed", "json-ld"),
        (part("https://schema.org/False"), "closed", "json-ld"),
        (part(True), "unknown", None),
        ({"jsonld": news(hasPart="a part")}, "unknown", None),
        ({"head": '<meta itemprop="isAccessibleForFree" content="false">'}, "closed", "meta"),
        (part(False, isAccessibleForFree=True), "free", "json-ld"),
        ({"jsonld": '{"@type": "WebPage", "isAccessibleForFree": "false"}'}, "closed", "json-ld"),
        (tier("free"), "free", "meta"),
        (tier("metered"), "metered", "meta"),
        (tier("locked"), "closed", "meta"),
        ({}, "unknown", None),
    ],
)
def test_the_page_says_whether_the_article_is_free(
    access: dict[str, str], status: Literal["free", "metered", "closed", "unknown"], evidence: str | None
) -> None:
    assert paywall(page(**access)) == Paywall(status=status, evidence=evidence)


def test_an_article_that_ends_at_an_offer_is_closed_unless_it_says_that_it_is_free() -> None:
    assert paywall(page(), ends_at_offer=True) == Paywall(status="closed", evidence="visible")
    assert paywall(page(**free(True)), ends_at_offer=True).status == "free"
