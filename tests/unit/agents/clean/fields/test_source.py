import pytest

from agents.clean.fields.source import canonical_url, source
from agents.records import Source
from tests.unit.agents.clean.pages import page


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news", "bbc.co.uk"),
        ("https://edition.news.example.com:8080/a", "example.com"),
        ("http://www.harbour-courier.example/a", "harbour-courier.example"),
        ("https://user:secret@example.org/", "example.org"),
        ("http://192.0.2.1/a", "192.0.2.1"),
        ("http://localhost/a", "localhost"),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]"),
        ("https://www.desk.github.io/a", "desk.github.io"),
        ("https://github.io/a", "github.io"),
        ("https://www.münchen.example/a", "xn--mnchen-3ya.example"),
        ("https:\\\\paper.example\\a@evil.example", "paper.example"),
        ("https://paper.example:x@evil.example/a", "evil.example"),
    ],
)
def test_the_domain_is_the_registered_domain(url: str, domain: str) -> None:
    assert source(page(url=url)).domain == domain


@pytest.mark.parametrize(
    ("head", "jsonld", "name"),
    [
        ('<meta property="og:site_name" content="Courier">', '{"@type": "WebSite", "name": "x"}', "Courier"),
        ("", '{"@type": "Article", "headline": "x", "publisher": {"name": "A &amp; B"}}', "A & B"),
        ("", '{"@type": "NewsMediaOrganization", "name": "Courier"}', "Courier"),
        ('<meta name="application-name" content="Courier">', "", "Courier"),
        ('<meta property="og:site_name" content="https://courier.example">', "", None),
        ("", "", None),
    ],
)
def test_the_name_is_read_from_the_page_or_null(head: str, jsonld: str, name: str | None) -> None:
    assert source(page(head=head, jsonld=jsonld)) == Source(domain="news.example", name=name)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="/a">', "https://www.news.example/a"),
        ('<meta property="og:url" content="https://news.example/b">', "https://news.example/b"),
        ('<link rel="canonical" href="javascript:x"><meta property="og:url" content="ftp://x/b">', None),
        ("", None),
    ],
)
def test_the_canonical_url_is_absolute_or_null(head: str, url: str | None) -> None:
    assert canonical_url(page(head=head)) == url
