import pytest

from agents.clean.fields.language import Identifier, declared
from tests.unit.agents.clean.pages import STORY, page, raw


@pytest.fixture(scope="module")
def identify() -> Identifier:
    return Identifier(1000)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (STORY, "en"),
        ("Der Rat hat am Dienstag beschlossen, dass die Fähre im Winter weiter fährt.", "de"),
        ("Le conseil a décidé mardi que le bac continuerait de circuler cet hiver.", "fr"),
        ("市議会は火曜日、冬の間もフェリーの運航を続けることを決めた。", "ja"),
    ],
)
def test_the_language_is_identified_from_the_words(identify: Identifier, text: str, code: str) -> None:
    language = identify(None, text, "xx")

    assert (language.code, language.declared) == (code, "xx")
    assert language.confidence is not None
    assert language.confidence == round(language.confidence, 2) <= 1


@pytest.mark.parametrize("text", ["", "… — 123 “”", "\n"])
def test_without_words_the_language_is_null(identify: Identifier, text: str) -> None:
    language = identify(None, text, None)

    assert (language.code, language.confidence) == (None, None)


@pytest.mark.parametrize(
    ("shown", "sent", "expected"),
    [
        ({"head": '<meta property="og:locale" content="en_GB">'}, None, "en-GB"),
        ({"head": '<meta property="og:locale" content="English, please">'}, None, None),
        ({}, "de", "de"),
        ({"lang": "nl"}, "de", "nl"),
    ],
)
def test_the_declared_language_is_a_tag_of_the_page_or_else_of_the_scraper(
    shown: dict[str, str], sent: str | None, expected: str | None
) -> None:
    assert declared(page(**shown), raw(language=sent)) == expected
