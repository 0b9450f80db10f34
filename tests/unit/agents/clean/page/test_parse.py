import pytest

from agents.clean.page.charset import Decoded
from agents.clean.page.parse import Page, is_html, parse
from agents.clean.settings import CleanSettings
from streams.errors import Invalid
from tests.unit.agents.clean.pages import URL, page


def read(source: str) -> Page | None:
    return parse(Decoded(source, None), URL, CleanSettings(max_elements=50))


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
def test_a_text_that_starts_with_a_tag_of_html_is_a_page(source: str) -> None:
    assert is_html(source)


@pytest.mark.parametrize(
    "source",
    [
        *("", " \n ", "Words alone.", "%PDF-1.4 <x>", "PK\0\0\0<x>"),
        *('{"html": "<p>x</p>"}', '[{"html": "<p>x</p>"}]'),
        '<?xml version="1.0"?>\n<!-- by a robot -->\n<rss version="2.0"><channel/></rss>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>',
        "<urlset><url/></urlset>",
        "<RDF:RDF></RDF:RDF>",
        '<?xml version="1.0"?><catalogue><p>x</p></catalogue>',
    ],
)
def test_feeds_sitemaps_json_and_other_files_are_not_pages(source: str) -> None:
    assert not is_html(source)
    assert read(source) is None


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML/EN" "x/y" /><html lang="en" /><body><p>Here', "Here"),
        ('<html lang="en" /><body><p>Still here', "Still here"),
        ("<p>&#65;&#x42;&#9;&#0;&#1114112;&#;&#x", "AB\t\ufffd\ufffd&#;&#x"),
        (f'<p data-x="{"a=1 " * 5000}">x', "x"),
        ("<html><body><nav>Menu</nav></body></html><div>Here</div>", "MenuHere"),
        ("<body>Menu</BODY ></HTML><div>Here</div></body></html>", "MenuHere"),
    ],
    ids=[
        *("slash in the doctype", "slash in the tag html", "references", "one long attribute"),
        *("below the end of the page", "below an end in capitals"),
    ],
)
def test_a_page_is_not_emptied_by_how_it_is_written(source: str, text: str) -> None:
    parsed = read(source)

    assert parsed is not None
    assert parsed.tree.text_content() == text


def test_meta_tags_are_found_by_name_property_and_itemprop_in_order() -> None:
    tagged = page(
        head='<meta property="og:title" content=" A "><meta name="AUTHOR" content="B"><meta name="author"'
        ' content="C"><meta itemprop="datePublished" content="D"><meta name="empty" content=" ">'
    )

    assert tagged.metas == {"og:title": ["A"], "author": ["B", "C"], "datepublished": ["D"]}
    assert tagged.meta("missing", "author") == "B"


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
def test_links_become_absolute_and_only_http_links_are_kept(link: str | None, absolute: str | None) -> None:
    assert page().link(link) == absolute


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<html>" + "<i>x</i>" * 60, "elements; 50 are allowed"),
        ("<p " + " ".join(f'a{number}="1"' for number in range(100_000)) + ">", "more than 2000 attributes"),
    ],
    ids=["elements", "attributes"],
)
def test_a_page_of_too_many_elements_or_attributes_is_invalid(source: str, reason: str) -> None:
    with pytest.raises(Invalid, match=reason):
        read(source)
