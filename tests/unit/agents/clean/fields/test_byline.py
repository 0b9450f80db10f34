import pytest

from agents.clean.fields.agencies import agencies_in
from agents.clean.fields.byline import byline
from agents.clean.page.parse import Page
from tests.unit.agents.clean.pages import STORY, news, page, raw

ANN = {"@type": "Person", "name": "Ann Lee"}


def names_in(page: Page, outlet: str | None = None) -> tuple[list[str], list[str]]:
    authors, agencies = byline(page, raw(), outlet)
    return [author.name for author in authors], agencies


def visible(text: str) -> Page:
    return page(f'<div class="byline">{text}</div><p>{STORY}</p>')


@pytest.mark.parametrize(
    ("written", "names", "agencies"),
    [
        ("By Ann Lee", ["Ann Lee"], []),
        ("BY ANN LEE AND TOM ROE", ["ANN LEE", "TOM ROE"], []),
        ("Von Jörg Maß und Ute Åkesson", ["Jörg Maß", "Ute Åkesson"], []),
        ("Par Maëlle Le Goff", ["Maëlle Le Goff"], []),
        ("Text: Murat Aydin", ["Murat Aydin"], []),
        ("By Ann Lee, Tom Roe, and Sue de la Cruz", ["Ann Lee", "Tom Roe", "Sue de la Cruz"], []),
        ("By Ann Lee, Chief Reporter", ["Ann Lee"], []),
        ("By Ann Lee in London", ["Ann Lee"], []),
        ("Ann Lee - Political Editor", ["Ann Lee"], []),
        ("By Ann Lee (ann@news.example)", ["Ann Lee"], []),
        ("By Ann Lee @annlee", ["Ann Lee"], []),
        ("By Ann Lee (Reuters)", ["Ann Lee"], ["Reuters"]),
        ("By Associated Press", [], ["AP"]),
        ("dpa/AFP", [], ["dpa", "AFP"]),
        ("By News Staff", [], []),
        ("Redaktion Harbour", [], []),
        ("admin", [], []),
        ("10 May 2026", [], []),
        ("高橋由美", ["高橋由美"], []),
        ("By Ann Lee and Ann Lee", ["Ann Lee"], []),
    ],
)
def test_people_are_distinguished_from_roles_agencies_and_news_desks(
    written: str, names: list[str], agencies: list[str]
) -> None:
    assert names_in(visible(written)) == (names, agencies)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ann Lee", ["Ann Lee"]),
        (ANN, ["Ann Lee"]),
        ([ANN, {"@type": "Person", "name": "Tom Roe"}], ["Ann Lee", "Tom Roe"]),
        ({"@type": "Person", "name": ["Ann Lee", "Tom Roe"]}, ["Ann Lee", "Tom Roe"]),
        ({"@type": "Organization", "name": "Harbour Courier"}, []),
        ({"@type": "Person", "name": "Harbour Courier Online"}, []),
        ([None, 7, {"name": {"x": 1}}, [], {"@type": "Person"}], []),
        ("https://news.example/staff/ann", []),
        ("Conan O&#39;Brien", ["Conan O'Brien"]),
    ],
)
def test_json_ld_names_authors_in_many_shapes(author: object, names: list[str]) -> None:
    assert names_in(page(jsonld=news(author=author)), "Harbour Courier")[0] == names


def test_the_first_place_that_names_anybody_is_used() -> None:
    agency = news(author={"@type": "Organization", "name": "AFP"})
    author = '<meta name="author" content="Ann Lee">'

    assert names_in(page(f'<p class="byline">Tom Roe</p><p>{STORY}</p>', author, agency)) == (
        ["Ann Lee"],
        ["AFP"],
    )


def test_commenters_and_pictures_are_not_authors() -> None:
    reader = '<div class="comments"><b class="author">Big Dave</b></div>'

    assert names_in(page(f'<p>x</p>{reader}<aside class="author">Sue Ray</aside>')) == ([], [])


def test_a_byline_in_the_text_comes_before_the_authors_that_the_scraper_sent() -> None:
    sent = raw(authors=["Tom Roe", "Reuters"])

    assert [author.name for author in byline(page(), sent, None, ["By Ann Lee"])[0]] == ["Ann Lee"]
    authors, agencies = byline(page(), sent, None)
    assert ([author.name for author in authors], agencies) == (["Tom Roe"], ["Reuters"])


@pytest.mark.parametrize(
    ("signature", "agencies"),
    [
        ("Reuters", ["Reuters"]),
        ("AP and AFP", ["AP", "AFP"]),
        ("dpa/lno", ["dpa"]),
        ("ATS/AFP", ["Keystone-SDA", "AFP"]),
        ("Agence France-Presse", ["AFP"]),
        ("HawaiiNewsNow", []),
        ("AP, the town council", []),
        ("", []),
    ],
)
def test_agencies_are_known_by_name_and_initials(signature: str, agencies: list[str]) -> None:
    assert agencies_in(signature) == agencies
