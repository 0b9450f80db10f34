import json

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
        ("By Ann Lee, Home Security Expert, Certified Sleep Coach", ["Ann Lee"], []),
        ("Community Development", [], []),
        ("By Felicity Clement", ["Felicity Clement"], []),
        ("admin", [], []),
        ("10 May 2026", [], []),
        ("高橋由美", ["高橋由美"], []),
        ("By Ann Lee and Ann Lee", ["Ann Lee"], []),
        ("Ann Lee Royal Correspondent", ["Ann Lee"], []),
        ("Junior Reporter Ann Lee", ["Ann Lee"], []),
        ("Royal Editor", [], []),
        ("Par AFP", [], ["AFP"]),
        ("Von Reuters", [], ["Reuters"]),
        ("By Ann, Tom and Suhartini", ["Ann", "Tom", "Suhartini"], []),
        ("By Ann Lee, Tom Head, Ute Hofmeister", ["Ann Lee", "Tom Head", "Ute Hofmeister"], []),
        ("By Ann Lee and Suhartini", ["Ann Lee", "Suhartini"], []),
        ("김민수 기자, 박지영 기자", ["김민수", "박지영"], []),
        ("青山 千里、高橋由美", ["青山 千里", "高橋由美"], []),
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


@pytest.mark.parametrize("label", ["Written by", "Verfasst von", "Écrit par", "Escrito por", "Автор"])
def test_an_author_may_stand_in_a_free_field_of_a_card(label: str) -> None:
    card = f'<meta name="twitter:label1" content="{label}"><meta name="twitter:data1" content="Ann Lee">'
    reading_time = card.replace(label, "Est. reading time")

    assert names_in(page(f"<p>{STORY}</p>", card)) == (["Ann Lee"], [])
    assert names_in(page(f"<p>{STORY}</p>", reading_time)) == ([], [])


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


@pytest.mark.parametrize(
    "joiner",
    [
        *(" and ", " und ", " et ", " y ", " e ", " i ", " ve ", " og ", " och ", " en ", " dhe ", " и "),
        *(" & ", ", ", "、", " / "),
    ],
)
def test_two_names_are_separated_in_every_language(joiner: str) -> None:
    head = f'<meta name="author" content="Ann Lee{joiner}Tom Roe">'

    assert names_in(page(head=head))[0] == ["Ann Lee", "Tom Roe"]


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("מאיה אלון ותום הרגב", ["מאיה אלון", "תום הרגב"]),
        ("أحمد علي ومحمد حسن", ["أحمد علي", "محمد حسن"]),
        ("青山千里と高橋由美", ["青山千里", "高橋由美"]),
        ("田中和子", ["田中和子"]),
        ("José Ortega y Gasset", ["José Ortega y Gasset"]),
        ("Lee, Ann", ["Ann Lee"]),
        ("Lee, Ann; Roe, Tom", ["Ann Lee", "Tom Roe"]),
        ('Amelia "Tilly May" Ting', ['Amelia "Tilly May" Ting']),
        ("Pieter van der Post", ["Pieter van der Post"]),
        ("Guest Post", []),
        ("Business Wire", []),
        ("Suhartini", []),
    ],
)
def test_names_in_metadata(written: str, names: list[str]) -> None:
    assert names_in(page(head=f"<meta name=author content='{written}'>"))[0] == names


@pytest.mark.parametrize(
    "prefix",
    [
        *("By ", "by ", "Von ", "Por ", "Par ", "Di ", "Door ", "Av ", "Af ", "Od ", "Nga "),
        *("Autor: ", "Автор: ", "Text: "),
    ],
)
def test_the_words_before_a_name_are_no_part_of_it(prefix: str) -> None:
    assert names_in(visible(f"{prefix}Ann Lee"))[0] == ["Ann Lee"]


@pytest.mark.parametrize(
    "written", ["作者：温若兰", "撰文：温若兰", "文／温若兰", "記者 温若兰", "글 温若兰", "温若兰 기자"]
)
def test_the_words_around_a_name_in_asian_scripts_are_no_part_of_it(written: str) -> None:
    assert names_in(visible(written))[0] == ["温若兰"]


@pytest.mark.parametrize(
    "words",
    [
        *("See full bio", "Email the author", "Follow", "Share", "View profile", "Read more"),
        *("March 10, 2026, 4:19 PM", "Ver más", "Folgen", "Suivre", "CEO", "Chief Reporter"),
        *("ann@news.example", "Photography by Scott Farrow"),
        *("Edited by Tom Roe", "News Desk", "Harbour Courier", "Updated 10 May"),
    ],
)
def test_what_else_is_in_the_box_is_no_author(words: str) -> None:
    box = f"<span>Ann Lee</span><div>{words}</div>"

    assert names_in(visible(box), "Harbour Courier")[0] == ["Ann Lee"]
    assert names_in(visible(words), "Harbour Courier")[0] == []


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ({"@id": "#ann"}, ["Ann Lee"]),
        ([{"@id": "#ann"}, {"@type": "Person", "name": "Tom Roe"}], ["Ann Lee", "Tom Roe"]),
        ({"@type": "Person", "givenName": "Ann", "familyName": "Lee"}, ["Ann Lee"]),
        ({"@type": "Person", "name": "Nadav Press"}, ["Nadav Press"]),
        ({"@type": "Person", "name": "Miriam Guest"}, ["Miriam Guest"]),
        ({"@type": "Person", "name": "kit ravenel"}, ["kit ravenel"]),
        ({"@type": "Person", "name": "Suhartini"}, ["Suhartini"]),
        ({"@type": "Person", "name": "Denver Post"}, []),
        ({"@type": "Person", "name": "admin"}, []),
        ({"@type": "Person", "name": "Da Silva Santos"}, ["Da Silva Santos"]),
        ({"@type": "Person", "name": "Von Anna Groß, dpa"}, ["Anna Groß"]),
        ({"@type": "Person", "name": "Kim In"}, ["Kim In"]),
        ({"@type": "Person", "name": "Ann Ployment"}, ["Ann Ployment"]),
    ],
)
def test_json_ld_persons_are_believed(author: object, names: list[str]) -> None:
    ann = {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}
    linked = json.dumps({"@graph": [json.loads(news(author=author)), ann]})

    assert names_in(page(jsonld=linked))[0] == names


@pytest.mark.parametrize(
    "body",
    [
        "<address><a rel=author>Ann Lee</a> and <a rel=author>Tom Roe</a></address>",
        "<aside><address><a rel=author>Ann Lee</a>, <a rel=author>Tom Roe</a></address></aside>",
        "<div class=byline>By <span>Ann</span> <span>Lee</span> and <b>Tom Roe</b></div>",
    ],
)
def test_authors_beside_each_other_are_authors_and_those_of_cards_are_not(body: str) -> None:
    card = "<div class=feed><div><p>by <a rel=author href='/author/x'>Sven Oak</a></p></div></div>"

    assert names_in(page(f"{body}<p>{STORY}</p>{card}"))[0] == ["Ann Lee", "Tom Roe"]


def test_links_to_the_pages_of_authors_name_them() -> None:
    links = "<div><a href='/author/ann'>Ann Lee</a> <a href='/author/tom'>Tom Roe</a></div>"

    assert names_in(page(f"{links}<p>{STORY}</p>"))[0] == ["Ann Lee", "Tom Roe"]


@pytest.mark.parametrize(
    "beside",
    [
        *(", Transport Minister", ", Mother Of Three", ", Hafenstadt", " / İstanbul", ", Buenos Aires Norte"),
        *(", envoyée spéciale à Brest", ", Wirtschaftsministerin", ", Home Affairs Correspondent"),
        *("<br>Transport Reporter, Northern Courier", "<br>Leiterin Lokales", ", Inviata a Roma"),
        *("<br>Inviata a Roma", ", Reporter at Large", ", Minister of Trade and Industry"),
    ],
)
def test_places_roles_and_callings_after_a_name_are_no_authors(beside: str) -> None:
    assert names_in(visible(f"By Ann Lee{beside}"))[0] == ["Ann Lee"]


@pytest.mark.parametrize(
    "newsroom",
    [
        *("Haber Merkezi", "Spor Servisi", "Отдел новостей", "Наш корреспондент", "Пресс-служба"),
        *("هيئة التحرير", "قسم الأخبار", "スポーツ部", "社会部", "Ufficio Stampa", "Enviado Especial"),
        *("Comunicado de Prensa", "Top Stories", "Unser Korrespondent", "Por Agencias", "Edit"),
    ],
)
def test_newsrooms_are_no_persons(newsroom: str) -> None:
    person = news(author={"@type": "Person", "name": newsroom})

    assert names_in(visible(newsroom))[0] == names_in(page(jsonld=person))[0] == []


@pytest.mark.parametrize(
    "name",
    [
        *("Nga Pham", "Di Morrissey", "Carlos Alberto Junior", "Edit Kovács", "Szabó Edit", "Arnaud Chement"),
        *("Tom Element", "Paulo Junior", "Ségolène Royal", "長谷部誠", "Felix Leiter", "Yang Sun"),
    ],
)
def test_names_that_look_like_other_words_stay_whole(name: str) -> None:
    person = news(author={"@type": "Person", "name": name})

    assert names_in(visible(name))[0] == names_in(page(jsonld=person))[0] == [name]
