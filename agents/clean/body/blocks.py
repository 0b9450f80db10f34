"""A page → its blocks: runs of text between the edges of paragraphs, headings, list items and the like."""

import re
from dataclasses import dataclass
from typing import Protocol, Self

from lxml import etree
from lxml.etree import _Element

from agents.clean.body import cues
from agents.clean.page.text import line, word_count

NEVER_SHOWN = (
    "script style noscript template svg iframe object select option textarea title canvas audio video math"
    " datalist noembed noframes input"
)
EDGES = (
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset"
    " figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol"
    " p pre search section summary table tbody tfoot thead tr ul"
)
EDGE, BREAK, CELL, LINK, SPAN, UNSEEN = range(6)
#: What a tag does to the text. Hidden spans are notes for a pointer, or for search engines.
ROLES: dict[object, int] = {
    **dict.fromkeys(EDGES.split(), EDGE),
    **dict.fromkeys(NEVER_SHOWN.split(), UNSEEN),
    "br": BREAK,
    "td": CELL,
    "th": CELL,
    "a": LINK,
    "span": SPAN,
}
NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
MAX_BLOCKS = 5_000
"""A page of more is read up to there; the longest of 1,231 pages has 3,300."""
NAMED_BY = ("class", "id", "itemprop", "role")
MAX_NAME = 200
MAX_KIND = 120
MAX_NAMED = 5_000
"""Different sets of attributes that are looked at; each takes up to 0.4 ms."""
NAMELESS = ("", "", 0)
FAR = 20
"""Containers outwards that are looked at."""


class Attributes(Protocol):
    def get(self, name: str, /) -> str | None: ...


@dataclass(slots=True, eq=False)
class Container:
    """An element that blocks stand in; `number` is its place among those of the page.

    `marks` are bits: tag, what the class names, hidden. `kind` is made of its tag and classes and of those
    around it. Its blocks, and those of the containers in it, are the ones from `start` to before `end`.
    """

    tag: str
    names: str
    marks: int
    kind: str
    parent: Self | None
    number: int
    start: int
    end: int = 0
    depth: int = 0


@dataclass(slots=True, eq=False)
class Block:
    """A run of text. `linked` counts its words in links; `after_break`: it ends at a `<br>`."""

    text: str
    words: int
    linked: int
    container: Container
    after_break: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks of a page and the containers that have any, both in page order."""

    blocks: list[Block]
    containers: list[Container]


class _Place:
    """An element between whose edges the reader is. Its container is made when it has a block."""

    __slots__ = ("around", "container", "element")

    def __init__(self, element: _Element, around: Self | None) -> None:
        self.element = element
        self.around = around
        self.container: Container | None = None


class _Reader:
    """Goes through a page, and collects text until the next edge."""

    def __init__(self) -> None:
        self.outline = Outline([], [])
        self.texts: list[str] = []
        self.links: list[str] = []
        self.depth_of_links = 0
        self.place = _Place(etree.Element("html"), None)
        self.unseen: _Element | None = None
        self.named: dict[tuple[tuple[str, str], ...], tuple[str, str, int]] = {}
        self.place.container = self.enclosed(self.place.element, None)

    def read(self, root: _Element) -> None:
        outer = root.getparent()
        path = [outer]
        for element in root.iter():
            around = element.getparent()
            while path[-1] is not around:
                self.close(path.pop())
            if len(self.outline.blocks) >= MAX_BLOCKS:
                break
            path.append(element)
            if self.unseen is None:
                self.open(element)
        else:
            for element in reversed(path[2:]):
                self.close(element)
        self.edge()
        while self.place.around is not None:
            self.leave()
        self.leave()

    def open(self, element: _Element) -> None:
        role = ROLES.get(element.tag)
        if role == EDGE:
            self.edge()
            self.place = _Place(element, self.place)
        elif role == LINK:
            self.depth_of_links += 1
        elif role == CELL:
            self.texts.append(" ")
        elif role == BREAK:
            self.edge(after_break=True)
        elif role == UNSEEN or (role == SPAN and element.keys() and hidden(element)):
            self.unseen = element
            return
        self.text(element.text)

    def close(self, element: _Element) -> None:
        if self.unseen is None:
            role = ROLES.get(element.tag)
            if role == EDGE:
                self.edge()
                self.leave()
            elif role == LINK:
                self.depth_of_links -= 1
            elif role == CELL:
                self.texts.append(" ")
        elif self.unseen is element:
            self.unseen = None
        else:
            return
        self.text(element.tail)

    def text(self, text: str | None) -> None:
        if text and (self.texts or not text.isspace()):
            self.texts.append(text)
            if self.depth_of_links:
                self.links.append(text)

    def edge(self, after_break: bool = False) -> None:
        if not self.texts:
            return
        text = line("".join(self.texts))
        if text and len(self.outline.blocks) < MAX_BLOCKS:
            words = word_count(text)
            linked = self._linked(words) if self.links else 0
            block = Block(text, words, linked, self.container(), after_break)
            self.outline.blocks.append(block)
        self.texts.clear()
        self.links.clear()

    def _linked(self, words: int) -> int:
        return words if len(self.texts) == len(self.links) == 1 else word_count(" ".join(self.links))

    def leave(self) -> None:
        if self.place.container is not None:
            self.place.container.end = len(self.outline.blocks)
        if self.place.around is not None:
            self.place = self.place.around

    def container(self) -> Container:
        """That of the place; it and those around it are made where they have no block yet."""
        new, at = [], self.place
        while at.container is None and at.around is not None:
            new.append(at)
            at = at.around
        inner = at.container or self.enclosed(at.element, None)
        for each in reversed(new):
            inner = each.container = self.enclosed(each.element, inner)
        return inner

    def enclosed(self, element: _Element, around: Container | None) -> Container:
        containers, start, tag = self.outline.containers, len(self.outline.blocks), str(element.tag)
        attributes = tuple(element.items())
        named = self.named.get(attributes)
        if named is None and len(self.named) < MAX_NAMED:
            named = self.named[attributes] = _named(dict(attributes))
        names, classes, marks = named or NAMELESS
        kind = f"{tag}.{classes}/{around.kind}"[:MAX_KIND] if around else f"{tag}.{classes}"
        depth = around.depth + 1 if around else 0
        container = Container(
            tag, names, marks | cues.tag_mark(tag), kind, around, len(containers), start, depth=depth
        )
        containers.append(container)
        return container


def outline(tree: _Element) -> Outline:
    """That of the page's body, with what is hidden: much of it is shown later by a script."""
    root = tree.find("body")
    reader = _Reader()
    reader.read(tree if root is None else root)
    return reader.outline


def _named(attributes: dict[str, str]) -> tuple[str, str, int]:
    """The names of an element with these attributes, the first two of its class, and their marks."""
    if not attributes:
        return NAMELESS
    names = " ".join(filter(None, map(attributes.get, NAMED_BY)))[:MAX_NAME]
    classes = " ".join(attributes.get("class", "")[: 2 * MAX_KIND].split(maxsplit=2)[:2])
    return names, classes, cues.name_marks(names) | (cues.HIDDEN if hidden(attributes) else 0)


def hidden(attributes: Attributes) -> bool:
    """Whether an element's own attributes hide it."""
    get = attributes.get
    return (
        get("hidden") is not None
        or get("aria-hidden") == "true"
        or bool(NO_DISPLAY.search(get("style") or ""))
    )
