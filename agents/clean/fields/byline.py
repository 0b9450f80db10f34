"""The people who wrote the article, and the agencies that it was taken from."""

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from agents.clean.fields.agencies import agencies_in
from agents.clean.page import jsonld
from agents.clean.page.markup import plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, line
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
VISIBLE = (
    "//*[@rel='author']",
    # Not `//*[...]//*[...]`: libxml2 takes minutes for 38,000 names in 100 nested authors.
    "//*[@itemprop='name'][ancestor::*[contains(@itemprop, 'author')]]",
    "//*[@itemprop='author']",
    "//*[self::a or self::span or self::div or self::p or self::address]"
    "[contains(@class, 'author-name') or contains(@class, 'author__name') or contains(@class, 'authorName')"
    " or contains(@class, 'byline') or contains(@class, 'Byline') or @class='author']",
)
# Any element with `author` in its class: the first with a name in it is used.
VAGUE = "//*[contains(@class, 'author') or contains(@class, 'autor') or contains(@class, 'Author')]"
# Pictures, comments and other articles have authors too.
ELSEWHERE = (
    "ancestor-or-self::*[self::aside or self::footer or self::figure or self::nav or contains(@class,"
    " 'comment') or contains(@id, 'comment') or contains(@class, 'related') or contains(@class, 'teaser')]"
)
PREFIX = re.compile(
    r"^(?:(?:written |reported |words |story |text )?by|von|par|por|di|da|door|av|af|od|text|texte|texto"
    r"|autor(?:in)?|author|auteur|автор)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
NOISE = re.compile(r"https?://\S+|\S+@\S+|@\w+|\([^)]*\)|\[[^\]]*\]|[\"“”]")
SPLIT = re.compile(
    r"(?:(?<!\s)\s++)?[,;/|&•·]\s*(?:(?:and|und|et|og|och)\s+)?|(?<!\s)\s++(?:and|und|et|og|och|with|mit)\s+",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"\(([^)]*)\)")
# ` in London`, ` - Political Editor`: this is no part of the name.
ROLE = re.compile(r"(?<!\s)\s++(?:in|at|for|aus|à|[–—-])\s+.*", re.DOTALL)
INSTITUTION = re.compile(
    r"\b(?:news|staff|desk|team|editors?|editorial|newsroom|agenc(?:y|ies|e|ia)|press|presse|media|redaktion\w*"
    r"|redacci[oó]n|r[eé]daction|redazione|redactie|correspondents?|reporters?|admin|online|web|tv|radio|verlag"
    r"|magazine|journal|zeitung|times|post|herald|gazette|tribune|department|ministry|university|contributors?"
    r"|guest|author|editor|writer|unknown|anonymous|quelle|source|fuente|twitter|facebook|instagram"
    r"|folgen|follow|bearbeiten|edit|\w*agentur|reuters)\b|редакция|編集部|新聞|通信|뉴스|(?<!\w)\w++\.\w{2,3}$",
    re.IGNORECASE,
)
MAX_BYLINE = 200
MAX_AUTHORS = 20
MAX_MARKED = 1000


def byline(
    page: Page, record: RawArticle, outlet: str | None, in_text: Iterable[str] = ()
) -> tuple[list[Author], list[str]]:
    """The authors in their order, and the agencies. The first place that names a person is used.

    `in_text` are bylines in the text itself; the authors that the scraper sent come last.
    """
    agencies: list[str] = []
    for bylines in _places(page, record, in_text):
        lines = [each for each in map(plain, bylines) if each and len(each) <= MAX_BYLINE]
        agencies += [agency for each in lines for agency in _agencies(each) if agency not in agencies]
        names = list(_people(lines, outlet))
        if names:
            return [Author(name=name) for name in names[:MAX_AUTHORS]], agencies
    return [], agencies


def _places(page: Page, record: RawArticle, in_text: Iterable[str]) -> Iterator[Iterable[str]]:
    yield _persons(page.article.get("author") or page.article.get("creator"))
    yield [value for name in METAS for value in page.metas.get(name, ())[:MAX_AUTHORS]]
    for path in VISIBLE:
        yield [shown(element, " ") for element in _marked(page, path)[:MAX_AUTHORS]]
    yield from ([shown(each, " ")] for each in _marked(page, VAGUE)[:5])
    yield in_text
    yield record.authors


def _marked(page: Page, path: str) -> list[HtmlElement]:
    """The elements of the path in the article itself. Limited, since each one's ancestors are read: 38,000
    elements took 19 s."""
    marked: list[HtmlElement] = page.tree.xpath(f"({path})[position() <= {MAX_MARKED}][not({ELSEWHERE})]")
    return marked


def _persons(value: object) -> list[str]:
    """The names in a JSON-LD author: a string, a node, a list of these, or a node with a list of names."""
    persons: list[str] = []
    for author in jsonld.many(value):
        names = jsonld.many(author.get("name")) if isinstance(author, dict) else [author]
        outlet = isinstance(author, dict) and any("Organization" in kind for kind in jsonld.types(author))
        persons += [name for name in names if isinstance(name, str) and (not outlet or agencies_in(name))]
    return persons


def _agencies(byline: str) -> list[str]:
    bare = PREFIX.sub("", byline)
    inside = [agency for part in IN_BRACKETS.findall(bare) for agency in agencies_in(part)]
    parts = [agency for part in SPLIT.split(IN_BRACKETS.sub("", bare)) for agency in agencies_in(part)]
    return [*parts, *inside]


def _people(lines: Iterable[str], outlet: str | None) -> Iterator[str]:
    seen: set[str] = set()
    site = fold(outlet or "")
    for byline in lines:
        # A comma may separate two names, or a name and a role: `Jane Doe, Chief Reporter`.
        for part in SPLIT.split(PREFIX.sub("", NOISE.sub(" ", byline).strip())):
            name = line(ROLE.sub("", PREFIX.sub("", part)).strip(" .:-–—"))
            ours = not site or not fold(name or "").startswith(site)
            if name and ours and fold(name) not in seen and is_name(name):
                seen.add(fold(name))
                yield name


def is_name(name: str) -> bool:
    """Whether it can be a person's name: one to six words, capitalised where the script has capitals."""
    words = name.split()
    if not 1 <= len(words) <= 6 or len(name) > 60 or any(char.isdigit() for char in name):
        return False
    if len(words) == 1 and name.isascii():
        return False
    capital = words[0][0].isupper() or words[-1][0].isupper() or not words[0][0].islower()
    return capital and not INSTITUTION.search(name) and not agencies_in(name)
