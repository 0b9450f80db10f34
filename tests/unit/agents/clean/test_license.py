import json

import pytest

from agents.clean.fields.license import license_in, license_of
from agents.records import License
from tests.unit.agents.clean.pages import page

BY = "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    "claim",
    [BY, "http://creativecommons.org/licenses/by/4.0/action.de", {"@type": "CreativeWork", "url": BY}],
)
def test_a_licence_in_json_ld_is_named_as_spdx_does(claim: object) -> None:
    article = {"@type": "NewsArticle", "headline": "x", "license": claim}

    assert license_of(page(jsonld=json.dumps(article))) == License(name="CC-BY-4.0", url=BY)


@pytest.mark.parametrize(
    ("body", "license"),
    [
        (f'<a rel="license" href="{BY}">x</a>', License(name="CC-BY-4.0", url=BY)),
        (
            '<a href="//creativecommons.org/licenses/by-nc-sa/3.0/">x</a>',
            License(name="CC-BY-NC-SA-3.0", url="https://creativecommons.org/licenses/by-nc-sa/3.0/"),
        ),
        (
            '<a href="https://creativecommons.org/publicdomain/zero/1.0/">x</a>',
            License(name="CC0-1.0", url="https://creativecommons.org/publicdomain/zero/1.0/"),
        ),
        (
            '<a rel="nofollow license" href="https://a.example/terms">Open News</a>',
            License(name="Open News", url="https://a.example/terms"),
        ),
        ('<a href="/about">creative commons</a>', None),
    ],
)
def test_a_link_to_a_licence_grants_it(body: str, license: License | None) -> None:
    assert license_of(page(body)) == license


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Republish it under a Creative Commons license.", "Creative Commons"),
        ("It is published under Creative Commons BY-ND 4.0.", "CC-BY-ND-4.0"),
        ("We met on the common.", None),
    ],
)
def test_a_sentence_may_grant_one(sentence: str, name: str | None) -> None:
    license = license_in(sentence)

    assert (license.name if license else None) == name
