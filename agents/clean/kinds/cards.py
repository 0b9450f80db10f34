"""The teasers on a page: headlines that are links, each with what belongs to it."""

from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from agents.clean.page.parse import Page
from agents.clean.page.text import UNSPACED, fold, word_count

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
ELSEWHERE = {"nav", "footer"}
MAX_LINKS = 1000
MAX_CARDS = 150
STEPS = 7
"""How many elements a card may be above its headline."""
SIBLINGS = 3
"""Elements after a headline that belong to it, where nothing is around the two."""
MAX_CHARACTERS = 800
MAX_PIECES = 60
FEWEST, MOST = 12, 250
"""Characters of a headline; in scripts without spaces half of them."""


@dataclass(frozen=True, slots=True)
class Cards:
    """How many, and the letters of each with a line feed between them, to look lines up in."""

    number: int
    letters: str


Ancestors = dict[HtmlElement, set[str]]


def cards(page: Page) -> Cards:
    headlines = _headlines(page)
    above: Ancestors = {}
    kept: dict[str, HtmlElement] = {}
    for link, href in headlines:
        ancestors = list(islice(link.iterancestors(), STEPS))
        if any(each.tag in ELSEWHERE for each in ancestors):
            continue
        kept.setdefault(href, link)
        for each in ancestors:
            above.setdefault(each, set()).add(href)
    texts = (_text(link, above) for link in islice(kept.values(), MAX_CARDS))
    letters = [fold(text) for text in texts if text]
    return Cards(len(letters), "\n".join(letters))


def _headlines(page: Page) -> list[tuple[HtmlElement, str]]:
    own = urlsplit(page.url)
    origin, domain = f"{own.scheme}://{own.netloc}", (own.hostname or "").removeprefix("www.")
    headlines = []
    for link in islice(page.tree.iter("a"), MAX_LINKS):
        href = (link.get("href") or "").partition("#")[0].strip()
        if href.startswith("/") and not href.startswith("//"):
            href = origin + href
        address = _of_site(page.url, href, domain) if href and _is_headline(link) else None
        if address and address.rstrip("/") != page.url.partition("#")[0].rstrip("/"):
            headlines.append((link, address))
    return headlines


def _of_site(base: str, href: str, domain: str) -> str | None:
    """The address, where it is one of the same site: other sites are what an article recommends."""
    try:
        address = href if href.startswith(("https://", "http://")) else urljoin(base, href)
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    return address if host == domain or host.endswith("." + domain) else None


def _is_headline(link: HtmlElement) -> bool:
    """A heading, or some words that stand alone: a link within a sentence is none."""
    text = "".join(islice(link.itertext(), MAX_PIECES)).strip()
    parent = link.getparent()
    if parent is None or not 4 <= len(text) <= 4 * MOST:
        return False
    if parent.tag in HEADINGS or any(each.tag in HEADINGS for each in islice(link.iter(), MAX_PIECES)):
        return True
    before = link.getprevious()
    around = (before.tail if before is not None else parent.text, link.tail)
    if any(each and len(each.strip()) > 3 for each in around):
        return False
    fewest = FEWEST // 2 if UNSPACED.search(text) else FEWEST
    return fewest <= len(text) and (word_count(text) >= 3)


def _text(link: HtmlElement, above: Ancestors) -> str | None:
    """The text of the headline's card: of the highest element above it with no other headline in it."""
    card = link
    for ancestor in islice(link.iterancestors(), STEPS):
        if len(above.get(ancestor, ())) != 1 or ancestor.tag == "body":
            break
        card = ancestor
    text = _shown(card)
    if card.tag in HEADINGS or card is link:
        text = " ".join([text, *_after(card, above)])
    return text if len(text) <= MAX_CHARACTERS else None


def _after(card: HtmlElement, above: Ancestors) -> list[str]:
    texts = []
    for sibling in islice(card.itersiblings(), SIBLINGS):
        if sibling in above or sibling.tag in HEADINGS or sibling.tag == "a":
            break
        texts.append(_shown(sibling))
    return texts


def _shown(element: HtmlElement) -> str:
    return " ".join(islice(element.itertext(), MAX_PIECES)).strip()[: MAX_CHARACTERS + 1]
