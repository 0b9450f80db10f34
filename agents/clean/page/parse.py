"""A raw article → its page, parsed once for all fields; None where it is not an HTML page."""

import re
import sys
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, urljoin, urlsplit

from lxml import etree, html

from agents.clean.page import agreement, jsonld
from agents.clean.page.charset import Decoded
from agents.clean.page.markup import shown
from agents.clean.page.text import INVISIBLE, line
from agents.clean.settings import CleanSettings
from agents.web_url import MAX_URL, one_line
from streams.errors import Invalid

# Not allowed in XML 1.0; libxml2 ends the text at a NUL.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CONTROL_BYTES = bytes({*range(32)} - {*b"\t\n\r"})
NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
# After a reference to one of them, trafilatura 2.3.1 finds no text at all.
REFERENCE = re.compile(rb"&#(?:[xX]0*+([0-9a-fA-F]{1,6})|0*+([0-9]{1,7}));?")
FIRST_TAG = re.compile(r"<([A-Za-z][\w:.-]*)")
PREAMBLE = re.compile(
    r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
# lxml bug 1955915: a page with a slash in the doctype, or with `<html ... />`, is parsed as empty.
# Only the first doctype is read, and each tag once. `re` looks for the `<` only if it need not ignore cases.
DOCTYPE = re.compile(
    rb"\A((?>.*?(?=<![dD][oO][cC][tT][yY][pP][eE])))<![dD][oO][cC][tT][yY][pP][eE][^>]*+>", re.DOTALL
)
HTML_TAG = re.compile(rb"<[hH][tT][mM][lL]\b[^>]*+(?:>|\Z)")
# libxml2 begins a second page after these. Of 616 pages ten have more below, one its article.
END = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\s*+>")
# The ASCII characters that RFC 3986 does not allow.
UNSAFE = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
XML_ROOTS = {"rss", "feed", "rdf:rdf", "urlset", "sitemapindex", "opml", "sitemap", "svg", "error", "kml"}
XHTML_ROOTS = {"html", "head", "body", "article", "div"}
LONG_TAG = 8000
# A tag ends at the next `>` outside of quotes, so that each character is read once.
ATTRIBUTE = r"[\s/]++[^\s=>/]++(?:\s*+=\s*+(?>\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+"
ATTRIBUTE_OF_TAG = re.compile(rf"(?<![\s/]){ATTRIBUTE}")
WHOLE_TAG = re.compile(rf"<[A-Za-z][^\s>]*+(?>{ATTRIBUTE})*+")
MOST_ATTRIBUTES = 2000
WINDOW = 65_536
# trafilatura 2.3.1 reads from each of these to the next `]`: 7,000 of them in 80 KB of broken JSON-LD took it
# 1.6 s, and 900 KB more than a minute. In valid JSON each has its own `]`.
TYPE_LIST = re.compile(r'"@type"\s*:\s*\[')
MOST_OPEN = 20
#: That of lxml.html calls Python for each element, to choose a class by its tag.
ONE_CLASS = etree.ElementDefaultClassLookup(element=html.HtmlElement)
#: The most for each element of `max_elements`. Tags are opened and closed, and scripts have `<` too: 439 news
#: pages have at most 8,100 tags, and 8,400 attributes.
TAGS, ATTRIBUTES = 10, 5


@dataclass(frozen=True, kw_only=True)
class Page:
    """A parsed page. Its tree is never changed."""

    url: str
    tree: html.HtmlElement
    metas: dict[str, list[str]] = field(default_factory=dict)
    """Content of the `<meta>` tags by name, property or itemprop in lower case, in page order."""
    charset: str | None = None
    """The charset that its bytes were decoded with; None where the scraper sent text without it."""
    guessed: bool = False
    """Whether the charset is a guess, because nothing declared it."""
    characters: int = 0
    """Of its source; its text has fewer."""

    @cached_property
    def nodes(self) -> list[jsonld.Node]:
        """The JSON-LD of the page, without that of other articles."""
        return agreement.own(jsonld.nodes(self.tree), self.identity)

    @cached_property
    def article(self) -> jsonld.Node:
        """The JSON-LD node of the article, {} where there is none."""
        return agreement.article(self.nodes, self.identity)

    @cached_property
    def identity(self) -> agreement.Identity:
        urls = (*self.tree.xpath("//link[@rel='canonical']/@href")[:1], *self.metas.get("og:url", ())[:1])
        titles = (*self.metas.get("og:title", ())[:1], self.tree.findtext(".//head/title"))
        headings = map(shown, self.tree.xpath("//h1")[:10])
        return agreement.Identity.of(self.url, urls, map(line, (*headings, *titles)))

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
    """The URL with characters escaped that would end it in a text or a tag, or that are invisible."""
    url = one_line(url)
    for unsafe in (UNSAFE, INVISIBLE):
        url = unsafe.sub(lambda character: quote(character[0]), url)
    return url


def web_url(text: str | None) -> str | None:
    """The http(s) URL, escaped, or None where the text is none."""
    url = escaped(line(text) or "")
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc and len(url) <= MAX_URL else None


def blank(url: str) -> Page:
    """The empty page of an article that was published as text."""
    return Page(url=url, tree=html.document_fromstring("<html><body></body></html>"))


def parse(decoded: Decoded, url: str, settings: CleanSettings) -> Page | None:
    """The page, or None where the text is a feed, a sitemap, JSON, other XML, binary or empty.

    Raises `Invalid` where it has too many elements, tags or attributes.
    """
    if not is_html(decoded.text):
        return None
    _reject_costly(decoded.text, settings)
    tree = _tree(decoded.text)
    if tree is None:
        return None
    _reject_many("elements", int(tree.xpath("count(//*)")), settings.max_elements)
    _reject_many("attributes", int(tree.xpath("count(//@*)")), ATTRIBUTES * settings.max_elements)
    # Browsers do not show templates until scripts fill them in, except those of a shadow root.
    for template in tree.xpath("//template[not(@shadowrootmode)]"):
        template.drop_tree()
    for script in tree.iterfind('.//script[@type="application/ld+json"]'):
        if any(len(TYPE_LIST.findall(part)) > MOST_OPEN for part in (script.text or "").split("]")):
            script.text = None
    return Page(
        url=url,
        tree=tree,
        metas=_metas(tree),
        charset=decoded.charset,
        guessed=decoded.guessed,
        characters=len(decoded.text),
    )


def is_html(source: str) -> bool:
    """Whether the first tag is one of an HTML page. Plain text and JSON have none."""
    start = source[:WINDOW].lstrip("\ufeff \t\r\n\0")
    if start.startswith(("{", "[", "%PDF-")) or "\0\0" in start:
        return False
    at = 0
    while (preamble := PREAMBLE.match(start, at)) is not None:
        at = preamble.end()
    first = FIRST_TAG.search(start, at)
    if first is None or first[1].lower() in XML_ROOTS:
        return False
    return not start.startswith("<?xml") or first[1].lower() in XHTML_ROOTS


def _reject_costly(source: str, settings: CleanSettings) -> None:
    """To be called before parsing: the tree of short tags takes 60 times their memory, and libxml2 compares
    every attribute of a tag with every other: 100,000 of them take 99 seconds."""
    _reject_many("tags", source.count("<"), TAGS * settings.max_elements)
    longest = max(map(len, source.split(">")))
    if longest > LONG_TAG and any(map(_is_crowded, WHOLE_TAG.findall(source))):
        raise Invalid(f"a tag of the page has more than {MOST_ATTRIBUTES} attributes")


def _is_crowded(tag: str) -> bool:
    long = len(tag) > 2 * MOST_ATTRIBUTES
    return long and sum(1 for _ in ATTRIBUTE_OF_TAG.finditer(tag)) >= MOST_ATTRIBUTES


def _reject_many(kind: str, number: int, most: int) -> None:
    if number > most:
        raise Invalid(f"the page has {number} {kind}; {most} are allowed")


def _tree(text: str) -> html.HtmlElement | None:
    source = text.encode("utf-8", "ignore").translate(None, CONTROL_BYTES)
    for each in NONCHARACTERS:
        source = source.replace(each, b"")
    source = END.sub(b"", REFERENCE.sub(_allowed, source))
    source = HTML_TAG.sub(_left_open, DOCTYPE.sub(rb"\1", source[:WINDOW], count=1)) + source[WINDOW:]
    parser = html.HTMLParser(
        collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(ONE_CLASS)
    try:
        return html.document_fromstring(source, parser=parser)
    except etree.ParserError:
        return None


def _allowed(reference: re.Match[bytes]) -> bytes:
    """The reference, or nothing if it stands for a character that XML has no place for."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"" if code <= sys.maxunicode and CONTROL.match(chr(code)) else reference[0]


def _left_open(tag: re.Match[bytes]) -> bytes:
    return tag[0][:-2].rstrip() + b">" if tag[0].endswith(b"/>") else tag[0]


def _metas(tree: html.HtmlElement) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta[@content]"):
        content = line(element.get("content"))
        names = (element.get("property"), element.get("name"), element.get("itemprop"))
        for name in dict.fromkeys(each.strip().lower() for each in names if each):
            if content:
                metas.setdefault(name, []).append(content)
    return metas
