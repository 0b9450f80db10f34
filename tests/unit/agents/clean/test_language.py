import pytest

from agents.clean.fields.language import Identifier, declared
from agents.clean.page.charset import Decoded
from agents.clean.page.parse import parse
from agents.clean.settings import CleanSettings
from tests.unit.agents.clean.pages import STORY, html, page, raw


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
def test_the_language_is_identified_by_the_words(identify: Identifier, text: str, code: str) -> None:
    language = identify(None, text, "xx")

    assert (language.code, language.declared) == (code, "xx")
    assert language.confidence is not None
    assert language.confidence == round(language.confidence, 2) <= 1


@pytest.mark.parametrize("text", ["", "… — 123 “”", "\n"])
def test_where_there_is_nothing_to_read_it_is_null(identify: Identifier, text: str) -> None:
    language = identify(None, text, None)

    assert (language.code, language.confidence) == (None, None)


def test_the_declared_language_is_a_tag_of_the_page_or_the_scraper() -> None:
    assert declared(page(head='<meta property="og:locale" content="en_GB">'), raw()) == "en-GB"
    assert declared(page(), raw(language="de")) == "de"
    assert declared(page(head='<meta property="og:locale" content="English, please">'), raw()) is None


def test_the_page_is_asked_before_the_scraper() -> None:
    web_page = parse(
        Decoded(html().replace("<html>", '<html lang="nl">'), None), "https://a.example/", CleanSettings()
    )

    assert web_page is not None
    assert declared(web_page, raw(language="de")) == "nl"
