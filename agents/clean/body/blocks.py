"""A page → its blocks: runs of text between the edges of paragraphs, headings, list items and the like."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from lxml import etree
from lxml.etree import _Element

from agents.clean.body import cues
from agents.clean.page.text import line, word_count

UNSEEN = frozenset(
    "script style noscript template svg iframe object select option textarea head canvas audio video math"
    " datalist noembed noframes input".split()
)
EDGES = frozenset(
    "address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption"
    " figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol p pre search"
    " section summary table tbody tfoot thead tr ul".split()
)
CELLS = frozenset(("td", "th"))
NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
MAX_BLOCKS = 5_000
"""A page of more is read up to there; the longest of 1,231 pages has 3,300."""
NAMED_BY = ("class", "id", "itemprop", "role")
MAX_NAME = 200
MAX_KIND = 120
FAR = 20
"""Containers outwards that are looked at."""


@dataclass(slots=True, eq=False)
class Container:
    """An element that blocks stand in.

    `marks`, of this element and outwards, are bits: tag, what the class names, hidden. `kind` is made of its
    tag and classes and of those around it. The sums are of its blocks, and of the containers in it.
    """

    tag: str
    names: str
    marks: tuple[int, ...]
    parent: Self | None
    kind: str = ""
    depth: int = 0
    words: int = 0
    kept: float = 0.0
    long: int = 0
    linked: int = 0
    blocks: int = 0

    def outwards(self) -> Iterator["Container"]:
        at: Container | None = self
        while at is not None:
            yield at
            at = at.parent


@dataclass(slots=True, eq=False)
class Block:
    """A run of text. `linked` counts its words in links; `after_break`: it ends at a `<br>`."""

    text: str
    words: int
    linked: int
    container: Container
    after_break: bool = False


@dataclass(slots=True)
class _Reader:
    """Collects text until the next edge."""

    blocks: list[Block] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    at: Container | None = None
    depth_of_links: int = 0

    def text(self, text: str | None) -> None:
        if text:
            self.texts.append(text)
            if self.depth_of_links:
                self.links.append(text)

    def edge(self, after_break: bool = False) -> None:
        if not self.texts:
            return
        text = line("".join(self.texts))
        if text and self.at is not None:
            linked = word_count(" ".join(self.links)) if self.links else 0
            self.blocks.append(Block(text, word_count(text), linked, self.at, after_break))
        self.texts.clear()
        self.links.clear()

    def enter(self, element: _Element) -> None:
        self.edge()
        self.at = _container(element, self.at)
        self.containers.append(self.at)

    def leave(self) -> None:
        self.edge()
        self.at = self.at.parent if self.at else None


@dataclass(frozen=True, slots=True)
class Outline:
    """The blocks and containers of a page in page order."""

    blocks: list[Block]
    containers: list[Container]


def outline(tree: _Element) -> Outline:
    """That of the page's body, with what is hidden: much of it is shown later by a script."""
    root = tree.find("body")
    root = tree if root is None else root
    reader = _Reader()
    reader.enter(etree.Element("html"))
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if _skipped(element):
                walk.skip_subtree()
            else:
                _start(reader, element)
        else:
            _end(reader, element, root)
        if len(reader.blocks) >= MAX_BLOCKS:
            break
    reader.edge()
    return Outline(reader.blocks, reader.containers)


def _skipped(element: _Element) -> bool:
    """What is never shown as words. Hidden inline elements are notes for a pointer, or for search engines."""
    tag = element.tag
    return tag in UNSEEN or (tag == "span" and bool(element.attrib) and hidden(element))


def _start(reader: _Reader, element: _Element) -> None:
    tag = element.tag
    if tag in EDGES:
        reader.enter(element)
    elif tag == "br":
        reader.edge(after_break=True)
    elif tag in CELLS:
        reader.texts.append(" ")
    elif tag == "a":
        reader.depth_of_links += 1
    reader.text(element.text)


def _end(reader: _Reader, element: _Element, root: _Element) -> None:
    tag = element.tag
    if tag in EDGES:
        reader.leave()
    elif tag == "a":
        reader.depth_of_links -= 1
    elif tag in CELLS:
        reader.texts.append(" ")
    if element is not root:
        reader.text(element.tail)


def hidden(element: _Element) -> bool:
    """Whether its own attributes hide it."""
    get = element.get
    return (
        get("hidden") is not None
        or get("aria-hidden") == "true"
        or bool(NO_DISPLAY.search(get("style") or ""))
    )


def _container(element: _Element, parent: Container | None) -> Container:
    tag = str(element.tag)
    names, classes, marks = "", "", cues.tag_mark(tag)
    if element.attrib:
        names = " ".join(filter(None, map(element.get, NAMED_BY)))[:MAX_NAME]
        classes = _first_classes(element.get("class") or "")
        marks |= cues.name_marks(names) | (cues.HIDDEN if hidden(element) else 0)
    if parent is None:
        return Container(tag, names, (marks,), None, f"{tag}.{classes}")
    kind = f"{tag}.{classes}/{parent.kind}"[:MAX_KIND]
    return Container(tag, names, (marks, *parent.marks[: FAR - 1]), parent, kind, parent.depth + 1)


@lru_cache(maxsize=4096)
def _first_classes(classes: str) -> str:
    return " ".join(classes.split()[:2])
