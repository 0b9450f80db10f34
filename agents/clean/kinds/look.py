"""What is seen of a page at once: its titles, its lines, where it stands, and what it says of itself."""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from agents.clean.kinds.cards import Cards, cards
from agents.clean.kinds.place import Place, place
from agents.clean.page import jsonld
from agents.clean.page.markup import plain, shown
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, line, word_count

MAX_CHARACTERS = 5000
"""So much of the text is searched for the words of walls and errors."""
MAX_LINES = 300
PROSE = 8
"""A line of fewer words is a label, a date, a button."""
LIST_TYPES = {"CollectionPage", "SearchResultsPage", "ItemList", "ImageGallery", "MediaGallery"}
# A run of spaces is read once, from its beginning.
SEPARATOR = re.compile(r"(?:(?<!\s)\s++)?[|·•»:]\s*+|(?<!\s)\s++[–—-]\s++")


@dataclass(frozen=True)
class Look:
    """A page, the lines of its text, and the name of its site."""

    page: Page
    lines: list[str]
    site: str | None

    @cached_property
    def words(self) -> int:
        return sum(map(word_count, self.lines))

    @cached_property
    def text(self) -> str:
        return "\n".join(self.lines)[:MAX_CHARACTERS].casefold()

    @cached_property
    def headings(self) -> list[str]:
        texts = (line(shown(each)) for each in self.page.tree.xpath("(//h1)[position() <= 5]"))
        return [each.casefold() for each in texts if each]

    @cached_property
    def titles(self) -> list[str]:
        """The `<title>`, og:title and the first headings, in lower case and without the site's name."""
        written = (self.page.tree.findtext(".//head/title"), self.page.meta("og:title"))
        texts = [text.casefold() for text in map(plain, written) if text]
        return [self._without_site(each) for each in dict.fromkeys([*texts, *self.headings])]

    @cached_property
    def place(self) -> Place:
        return place(self.page.url)

    @cached_property
    def cards(self) -> Cards:
        return cards(self.page)

    @cached_property
    def prose(self) -> int:
        """Words in lines that are no part of a card."""
        letters = self.cards.letters
        alone = (each for each in self.lines[:MAX_LINES] if fold(each) not in letters)
        counts = map(word_count, alone)
        return sum(count for count in counts if count >= PROSE)

    @cached_property
    def types(self) -> set[str]:
        return {kind for node in self.page.nodes for kind in jsonld.types(node)}

    @cached_property
    def og_type(self) -> str:
        return (self.page.meta("og:type") or "").lower()

    @cached_property
    def is_claimed(self) -> bool:
        """Whether JSON-LD describes the page as one article."""
        articles = [node for node in self.page.nodes if jsonld.types(node) & jsonld.ARTICLE_TYPES]
        return 0 < len(articles) <= 2 and not self.types & LIST_TYPES

    @cached_property
    def is_dated(self) -> bool:
        return self.page.meta("article:published_time", "datepublished", "date", "pubdate") is not None

    def names_site(self, title: str) -> bool:
        """Whether a title is the name of the site or its host."""
        letters = fold(title)
        host = (urlsplit(self.page.url).hostname or "").removeprefix("www.")
        names = {
            fold(self.site or ""),
            fold(host),
            fold(host.rpartition(".")[0]),
            fold(host.partition(".")[0]),
        }
        return len(letters) > 2 and letters in names

    def _without_site(self, title: str) -> str:
        parts = [part for part in SEPARATOR.split(title) if part.strip()]
        if len(parts) > 1:
            parts = [part for part in parts if not self.names_site(part)]
        return " ".join(parts)
