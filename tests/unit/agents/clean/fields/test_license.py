import pytest

from agents.clean.fields.license import license_in, license_of
from agents.records import License
from tests.unit.agents.clean.pages import news, page

BY = "https://creativecommons.org/licenses/by/4.0/"
BY_NC_SA = "https://creativecommons.org/licenses/by-nc-sa/3.0/"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
TERMS = "https://a.example/terms"


@pytest.mark.parametrize(
    "claim",
    [BY, "http://creativecommons.org/licenses/by/4.0/action.de", {"@type": "CreativeWork", "url": BY}],
)
def test_a_licence_in_json_ld_gets_its_spdx_name(claim: object) -> None:
    assert license_of(page(jsonld=news(license=claim))) == License(name="CC-BY-4.0", url=BY)


@pytest.mark.parametrize(
    ("link", "license"),
    [
        (f'rel="license" href="{BY}"', License(name="CC-BY-4.0", url=BY)),
        (f'href="{BY_NC_SA[6:]}"', License(name="CC-BY-NC-SA-3.0", url=BY_NC_SA)),
        (f'href="{CC0}"', License(name="CC0-1.0", url=CC0)),
        (f'rel="nofollow license" href="{TERMS}"', License(name="creative commons", url=TERMS)),
        ('href="/about"', None),
    ],
)
def test_a_link_to_a_licence_grants_it(link: str, license: License | None) -> None:
    assert license_of(page(f"<a {link}>creative commons</a>")) == license


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("Republish it under a Creative Commons license.", "Creative Commons"),
        ("It is published under Creative Commons BY-ND 4.0.", "CC-BY-ND-4.0"),
        ("We met on the common.", None),
    ],
)
def test_a_sentence_may_grant_a_licence(sentence: str, name: str | None) -> None:
    license = license_in(sentence)

    assert (license.name if license else None) == name
