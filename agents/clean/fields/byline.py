"""The people who wrote the article, and the agencies that it was taken from."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from agents.clean.fields.affixes import Names
from agents.clean.fields.agencies import agencies_in
from agents.clean.fields.parsely import parsely
from agents.clean.fields.persons import ROLE, people, without_prefix
from agents.clean.fields.persons import is_name as is_name
from agents.clean.page import jsonld
from agents.clean.page.markup import plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold
from agents.records import Author, RawArticle

METAS = (
    "author",
    "article:author",
    "og:author",
    "og:article:author",
    "article:author:name",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "citation_author",
    "creator",
    "authors",
)
LABELS = (("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2"))
# Some software for blogs names the author in the two fields that a card has for anything.
WRITTEN_BY = re.compile(
    r"(?i)(?:written|posted|author|by|verfasst|geschrieben|autor|von|écrit|auteur|par|escrito|por|autora|scritto"
    r"|autore|geschreven|door|skrevet|skriven|av|af|forfatter|författare|napisane|przez|kirjoittaja|автор|yazar)\b.*"
)
VISIBLE = (
    "//*[@rel='author']",
    # Not `//*[...]//*[...]`: libxml2 takes minutes for 38,000 names in 100 nested authors.
    "//*[@itemprop='name'][ancestor::*[contains(@itemprop, 'author')]]",
    "//*[@itemprop='author']",
    # From the attribute to its element: a third of the time.
    "//@class[contains(., 'author-name') or contains(., 'author__name') or contains(., 'authorName')"
    " or contains(., 'byline') or contains(., 'Byline') or .='author']"
    "/parent::*[self::a or self::span or self::div or self::p or self::address]",
)
# Any element with `author` in its class: the first with a name in it is used.
VAGUE = "//@class[contains(., 'author') or contains(., 'autor') or contains(., 'Author')]/parent::*"
# Pictures, comments and other articles have authors too.
ELSEWHERE = (
    "ancestor-or-self::*[self::aside[not(address)] or self::footer or self::figure or self::nav"
    " or contains(@class, 'comment') or contains(@id, 'comment') or contains(@class, 'related')"
    " or contains(@class, 'teaser')]"
)
IN_BRACKETS = re.compile(r"\(([^()]*+)\)")
# Links to the page of a person.
PROFILE = (
    "//a/@href[contains(., '/author/') or contains(., '/authors/') or contains(., '/autor/')"
    " or contains(., '/autoren/') or contains(., '/auteur/') or contains(., '/profile/')"
    " or contains(., '/profiles/') or contains(., '/staff/') or contains(., '/journalist/')"
    " or contains(., '/reporter/') or contains(., '/contributor/') or contains(., '/by/')]/parent::a"
)
LAST_FIRST = {"citation_author", "dc.creator", "dcterms.creator"}
OPEN = re.compile(r"(?i)(?:.* )?(?:by|von|par|por|and|und|et|og|och|with|mit|text|words)|.*,")
LISTED_OR_JOINED = re.compile(
    r"(?:(?<!\s)\s++)?[,;/|&•·]\s*|(?<!\s)\s++(?:and|und|et|y|e|og|och|with|mit)\s+", re.IGNORECASE
)
BAR = re.compile(r"(?<=\w) ?[|｜]")
NEAR = 3
MAX_GROUPS = 5
MAX_PIECES = 60
MAX_BYLINE = 300
MAX_AUTHORS = 20
MAX_MARKED = 1000


@dataclass(frozen=True, slots=True)
class Written:
    """A line of a byline. `sure`: the page says that it names persons."""

    text: str
    sure: bool = False
    last_first: bool = False


def byline(
    page: Page, record: RawArticle, outlet: str | None, in_text: Iterable[str] = ()
) -> tuple[list[Author], list[str]]:
    """The authors in their order, and the agencies. The first place that names a person is used.

    `in_text` are bylines in the text itself; the authors that the scraper sent come last.
    """
    agencies: list[str] = []
    names = Names(page, outlet)
    for written in _places(page, record, in_text):
        lines = [each for each in written if len(each.text) <= MAX_BYLINE]
        agencies += [agency for each in lines for agency in _agencies(each.text) if agency not in agencies]
        persons = list(_people(lines, names))
        if persons:
            return [Author(name=name) for name in persons[:MAX_AUTHORS]], agencies
    return [], agencies


def _places(page: Page, record: RawArticle, in_text: Iterable[str]) -> Iterator[list[Written]]:
    yield list(_in_json_ld(page))
    yield [
        Written(text, last_first=name in LAST_FIRST)
        for name in METAS
        for value in page.metas.get(name, ())[:MAX_AUTHORS]
        if (text := plain(value))
    ]
    yield [
        Written(text)
        for label, value in LABELS
        if WRITTEN_BY.fullmatch(page.meta(label) or "") and (text := plain(page.meta(value)))
    ]
    listed = parsely(page)
    named = [*jsonld.many(listed.get("author")), *jsonld.many(listed.get("authors"))]
    yield [Written(text) for each in named[:MAX_AUTHORS] if (text := plain(each))]
    marked = _marked(page, f"{VISIBLE[0]} | {VISIBLE[-1]}")
    for _ in range(MAX_GROUPS):
        group = _together(marked)
        yield _lines(group)
        marked = [each for each in marked if each not in group]
    for path in VISIBLE[1:-1]:
        yield _lines(_marked(page, path)[:MAX_AUTHORS])
    yield from (_lines([each]) for each in _marked(page, VAGUE)[:5])
    yield _lines(_together(_marked(page, PROFILE)))
    yield [Written(text) for each in in_text if (text := plain(each))]
    yield [Written(text) for each in record.authors if (text := plain(each))]


def _marked(page: Page, path: str) -> list[HtmlElement]:
    """The elements of the path in the article itself. Limited, since each one's ancestors are read: 38,000
    elements took 19 s."""
    marked: list[HtmlElement] = page.tree.xpath(f"({path})[position() <= {MAX_MARKED}][not({ELSEWHERE})]")
    return marked


def _together(links: list[HtmlElement]) -> list[HtmlElement]:
    """The first link, and those in the same list or line: other articles on the page have authors, too."""
    first = next(iter(links), None)
    if first is None:
        return []
    above = islice(first.iterancestors(), NEAR)
    around = [first, *(each for each in above if each.tag not in ("body", "article", "main"))]
    others = (
        each
        for each in links[1:MAX_AUTHORS]
        if any(up in around for up in islice(each.iterancestors(), NEAR))
    )
    return [first, *others]


def _lines(elements: Iterable[HtmlElement]) -> list[Written]:
    """What is written between tags: a box may hold names, roles, dates and links."""
    lines: list[Written] = []
    for element in elements:
        # After a bar comes a place or a date: `Ramiro Lozano | Aguabrava`.
        written = shown(element, "\n").split("\n")[:MAX_PIECES]
        pieces = [text for piece in written if (text := plain(BAR.split(piece, 1)[0]))]
        lines += [Written(text) for text in _whole(pieces)]
    return lines


def _whole(pieces: list[str]) -> Iterator[str]:
    """The pieces, with the halves of a name together: `<span>Ann</span> <span>Lee</span>`."""
    at = 0
    while at < len(pieces):
        text = pieces[at]
        while at + 1 < len(pieces) and _goes_on(text, pieces[at + 1]):
            at += 1
            text = f"{text} {pieces[at]}"
        yield text
        at += 1


def _goes_on(text: str, following: str) -> bool:
    first = without_prefix(text)
    is_half = first.istitle() and first.isalpha() and following.istitle() and following.isalpha()
    return (is_half and not ROLE.fullmatch(following)) or (
        bool(OPEN.fullmatch(text)) and len(text) < MAX_BYLINE
    )


def _in_json_ld(page: Page) -> Iterator[Written]:
    """The authors in JSON-LD: strings, nodes, lists of these, nodes with a list of names, and references."""
    by_id = {node["@id"]: node for node in page.nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    for author in jsonld.many(page.article.get("author") or page.article.get("creator"))[:MAX_AUTHORS]:
        if isinstance(author, str):
            yield from _written(by_id.get(author, author), by_id)
        else:
            yield from _written(author, by_id)


def _written(author: object, by_id: dict[str, jsonld.Node]) -> Iterator[Written]:
    if isinstance(author, str):
        author = {"name": author}
    if not isinstance(author, dict):
        return
    if "name" not in author and isinstance(author.get("@id"), str):
        author = by_id.get(author["@id"], author)
    is_outlet = any("Organization" in kind for kind in jsonld.types(author))
    full = [author.get(key) for key in ("givenName", "familyName")]
    names = jsonld.many(author.get("name")) or [" ".join(each for each in full if isinstance(each, str))]
    for name in names[:MAX_AUTHORS]:
        text = plain(name)
        if text and (not is_outlet or agencies_in(text)):
            yield Written(text, sure="Person" in jsonld.types(author))


def _agencies(byline: str) -> list[str]:
    bare = without_prefix(byline)
    whole = agencies_in(bare)
    inside = [agency for part in IN_BRACKETS.findall(bare) for agency in agencies_in(part)]
    parts = [
        agency for part in LISTED_OR_JOINED.split(IN_BRACKETS.sub("", bare)) for agency in agencies_in(part)
    ]
    return list(dict.fromkeys([*whole, *parts, *inside]))


def _people(lines: Iterable[Written], names: Names) -> Iterator[str]:
    seen: set[str] = set()
    for written in lines:
        for name in people(written.text, sure=written.sure, last_first=written.last_first):
            if fold(name) not in seen and not names.is_outlet(name, sure=written.sure):
                seen.add(fold(name))
                yield name
