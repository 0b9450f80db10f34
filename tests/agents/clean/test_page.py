import pytest

from agents.clean.charset import Decoded
from agents.clean.page import is_html, parse
from agents.clean.settings import CleanSettings
from streams.errors import Invalid
from tests.agents.clean.pages import URL, page


@pytest.mark.parametrize(
    "source",
    [
        "<html><p>x",
        "  \n<!DOCTYPE html><html><body>x",
        "<!-- a --><!-- b --><p>x",
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "y/z"><html xmlns="h"><body>x</body></html>',
        "Words before <b>a tag</b>",
        "\ufeff<div>x</div>",
    ],
)
def test_what_starts_with_a_tag_of_html_is_a_page(source: str) -> None:
    assert is_html(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n ",
        "Words alone.",
        '{"html": "<p>x</p>"}',
        '[{"html": "<p>x</p>"}]',
        '<?xml version="1.0"?>\n<!-- by a robot -->\n<rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>',
        "<urlset><url/></urlset>",
        "<RDF:RDF></RDF:RDF>",
        '<?xml version="1.0"?><catalogue><p>x</p></catalogue>',
        "%PDF-1.4 <x>",
        "PK\0\0\0<x>",
    ],
)
def test_feeds_sitemaps_json_and_other_files_are_no_pages(source: str) -> None:
    assert not is_html(source)
    assert parse(Decoded(source, None), URL, CleanSettings()) is None


@pytest.mark.parametrize("doctype", ['<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML/EN" "x/y" />', ""])
def test_a_slash_in_the_doctype_or_the_html_tag_does_not_empty_the_page(doctype: str) -> None:
    parsed = parse(Decoded(f"{doctype}<html lang='en' /><body><p>Still here", None), URL, CleanSettings())

    assert parsed is not None
    assert parsed.tree.text_content() == "Still here"


def test_references_to_other_characters_are_read() -> None:
    parsed = parse(Decoded("<p>&#65;&#x42;&#9;&#0;&#1114112;&#;&#x", None), URL, CleanSettings())

    assert parsed is not None
    assert parsed.tree.text_content() == "AB\t\ufffd\ufffd&#;&#x"


def test_meta_tags_are_found_by_name_property_and_itemprop_in_order() -> None:
    found = page(
        head='<meta property="og:title" content=" A "><meta name="AUTHOR" content="B"><meta name="author"'
        ' content="C"><meta itemprop="datePublished" content="D"><meta name="empty" content=" ">'
    )

    assert found.metas == {"og:title": ["A"], "author": ["B", "C"], "datepublished": ["D"]}
    assert found.meta("missing", "author") == "B"


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/a", "https://www.news.example/a"),
        ("//cdn.example/a b.jpg", "https://cdn.example/a%20b.jpg"),
        ("http://other.example/", "http://other.example/"),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AA", None),
        ("https://[::1", None),
        ("", None),
        (None, None),
    ],
)
def test_links_become_absolute_and_only_http_ones_are_kept(link: str | None, absolute: str | None) -> None:
    assert page().link(link) == absolute


def test_a_page_of_too_many_elements_is_invalid() -> None:
    with pytest.raises(Invalid, match="elements; 50 are read"):
        parse(Decoded("<html>" + "<i>x</i>" * 60, None), URL, CleanSettings(max_elements=50))


def test_a_tag_of_too_many_attributes_is_invalid_before_it_is_parsed() -> None:
    crowded = "<p " + " ".join(f'a{number}="1"' for number in range(100_000)) + ">"

    with pytest.raises(Invalid, match="more than 2000 attributes"):
        parse(Decoded(crowded, None), URL, CleanSettings())


def test_a_tag_with_one_long_attribute_is_read() -> None:
    parsed = parse(Decoded(f'<p data-x="{"a=1 " * 5000}">x', None), URL, CleanSettings())

    assert parsed is not None
