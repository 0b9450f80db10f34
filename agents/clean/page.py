"""A raw article → its parsed page, once for all that is read from it; None where it is no HTML page."""

import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

from lxml import etree, html

from agents.clean import jsonld
from agents.clean.charset import Decoded
from agents.clean.settings import CleanSettings
from agents.clean.text import INVISIBLE, line
from agents.web_url import MAX_URL, one_line
from streams.errors import Invalid

# XML 1.0 has no place for these; libxml2 ends the text at a NUL.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Behind a reference to one of them, trafilatura 2.3.1 finds no text at all.
REFERENCE = re.compile(r"&#(?:[xX]0*+([0-9a-fA-F]{1,6})|0*+([0-9]{1,7}));?")
FIRST_TAG = re.compile(r"<([A-Za-z][\w:.-]*)")
PREAMBLE = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
# lxml bug 1955915: with a slash in the doctype, or `<html ... />`, the page parses to nothing.
# Of doctypes the first alone is looked at, of tags each once.
DOCTYPE = re.compile(r"\A((?>.*?(?=<!DOCTYPE)))<!DOCTYPE[^>]*+>", re.DOTALL | re.IGNORECASE)
HTML_TAG = re.compile(r"<html\b[^>]*+(?:>|\Z)", re.IGNORECASE)
# What RFC 3986 has no place for in ASCII.
UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
XML_ROOTS = {"rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "opml", "sitemap", "svg", "error", "kml"}
XHTML_ROOTS = {"html", "head", "body", "article", "div"}
LONG_TAG = 8000
CROWDED_TAG = re.compile(
    r"<[A-Za-z][^\s>]*+(?>[\s/]++[^\s=>/]++(?:\s*+=\s*+(?>\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){2000}"
)
WINDOW = 65_536
# trafilatura 2.3.1 reads from each of these on to the next `]`: 7,000 of them in 80 KB of broken JSON-LD took
# it 1.6 s, 900 KB more than a minute. In JSON that is whole each has a `]` of its own.
TYPE_LIST = re.compile(r'"@type"\s*:\s*\[')
MOST_OPEN = 20
#: So many may there be for each element that is read. Tags are opened and closed, and there are `<` in
#: scripts: 439 news pages have at most 8,100 of them, and 8,400 attributes.
TAGS, ATTRIBUTES = 10, 5


@dataclass(frozen=True, kw_only=True)
class Page:
    """A parsed page. Nobody changes its tree."""

    url: str
    tree: html.HtmlElement
    metas: dict[str, list[str]] = field(default_factory=dict)
    """Content of the `<meta>` tags by name, property or itemprop in lower case, in page order."""
    charset: str | None = None
    """What its bytes were decoded by; None where the scraper sent text and did not say."""
    guessed: bool = False
    """True where nothing said so and the charset is a guess."""

    @cached_property
    def nodes(self) -> list[jsonld.Node]:
        """The page's JSON-LD."""
        return jsonld.nodes(self.tree)

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the article, {} where there is none."""
        return jsonld.article(self.nodes)

    def meta(self, *names: str) -> str | None:
        """The first non-empty `<meta>` of the first of these names."""
        return next((value for name in names for value in self.metas.get(name, ())), None)

    def link(self, value: str | None) -> str | None:
        """An absolute http(s) URL for a link on this page, or None."""
        try:
            return web_url(urljoin(self.url, line(value) or "")) if value else None
        except ValueError:
            return None


def escaped(url: str) -> str:
    """A URL in which nothing stands that would end it in a text or a tag, or that cannot be seen."""
    url = one_line(url)
    for unsafe in (UNSAFE, INVISIBLE):
        url = unsafe.sub(lambda found: quote(found[0]), url)
    return url


def web_url(written: str | None) -> str | None:
    """An http(s) URL, escaped, or None where it is none."""
    url = escaped(line(written) or "")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc and len(url) <= MAX_URL else None


def blank(url: str) -> Page:
    """The page of an article that came as text alone: it says nothing."""
    return Page(url=url, tree=html.document_fromstring("<html><body></body></html>"))


def parse(decoded: Decoded, url: str, settings: CleanSettings) -> Page | None:
    """The page, or None where the text is a feed, a sitemap, JSON, other XML, binary or empty.

    Raises `Invalid` where it has more elements than are read.
    """
    if not is_html(decoded.text):
        return None
    _refuse_what_is_costly(decoded.text, settings)
    tree = _tree(decoded.text)
    if tree is None:
        return None
    _refuse("elements", int(tree.xpath("count(//*)")), settings.max_elements)
    _refuse("attributes", int(tree.xpath("count(//@*)")), ATTRIBUTES * settings.max_elements)
    # Scripts fill them in; as they stand they are not shown. A shadow root's is.
    for template in tree.xpath("//template[not(@shadowrootmode)]"):
        template.drop_tree()
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        if any(len(TYPE_LIST.findall(part)) > MOST_OPEN for part in (script.text or "").split("]")):
            script.text = None
    return Page(url=url, tree=tree, metas=_metas(tree), charset=decoded.charset, guessed=decoded.guessed)


def is_html(source: str) -> bool:
    """Whether the first tag is one of a page. Plain words are not a page, and neither is a JSON document."""
    start = source[:WINDOW].lstrip("\ufeff \t\r\n\0")
    if start.startswith(("{", "[", "%PDF-")) or "\0\0" in start:
        return False
    at = 0
    while (found := PREAMBLE.match(start, at)) is not None:
        at = found.end()
    first = FIRST_TAG.search(start, at)
    if first is None or first[1].lower() in XML_ROOTS:
        return False
    return not start.startswith("<?xml") or first[1].lower() in XHTML_ROOTS


def _refuse_what_is_costly(source: str, settings: CleanSettings) -> None:
    """Before it is parsed: a tree takes 60 times the memory of short tags, and libxml2 compares every
    attribute of a tag with every other: 100,000 of them take 99 seconds."""
    _refuse("tags", source.count("<"), TAGS * settings.max_elements)
    longest = max(map(len, source.split(">")))
    if longest > LONG_TAG and CROWDED_TAG.search(source):
        raise Invalid("a tag of the page has more than 2000 attributes")


def _refuse(what: str, number: int, most: int) -> None:
    if number > most:
        raise Invalid(f"the page has {number} {what}; {most} are read")


def _tree(source: str) -> html.HtmlElement | None:
    source = REFERENCE.sub(_allowed, CONTROL.sub("", source))
    start = HTML_TAG.sub(_left_open, DOCTYPE.sub(r"\1", source[:WINDOW]))
    source = start + source[WINDOW:]
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        return html.document_fromstring(source.encode(), parser=parser)
    except etree.ParserError:
        return None


def _allowed(reference: re.Match[str]) -> str:
    """The reference, or nothing where it stands for a character that XML has no place for."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return "" if code <= sys.maxunicode and CONTROL.match(chr(code)) else reference[0]


def _left_open(tag: re.Match[str]) -> str:
    return f"{tag[0][:-2].rstrip()}>" if tag[0].endswith("/>") else tag[0]


def _metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta[@content]"):
        content = line(element.get("content"))
        names = (element.get("property"), element.get("name"), element.get("itemprop"))
        for name in dict.fromkeys(each.strip().lower() for each in names if each):
            if content:
                found.setdefault(name, []).append(content)
    return found
