"""Who published the article: the registered domain and the name of the site."""

from agents.clean.page import jsonld
from agents.clean.page.markup import plain
from agents.clean.page.parse import Page
from agents.records import Source
from agents.web_url import read, registered_domain

PUBLISHERS = {"NewsMediaOrganization", "Organization", "WebSite"}
MAX_NAME = 80


def source(page: Page) -> Source:
    return Source(domain=registered_domain(read(page.url).host), name=_name(page))


def canonical_url(page: Page) -> str | None:
    """The URL that the page claims for itself: absolute http(s), or None."""
    links = page.tree.xpath("//link[@rel='canonical']/@href")
    return next((url for url in map(page.link, (*links[:1], page.meta("og:url"))) if url), None)


def _name(page: Page) -> str | None:
    values = (
        page.meta("og:site_name"),
        jsonld.name(page.article.get("publisher")),
        *(node.get("name") for node in page.nodes if jsonld.types(node) & PUBLISHERS),
        page.meta("application-name", "citation_journal_title", "dc.publisher", "publisher"),
    )
    names = map(plain, values)
    return next((name for name in names if name and len(name) <= MAX_NAME and "://" not in name), None)
