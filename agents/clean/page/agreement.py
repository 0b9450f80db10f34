"""Which JSON-LD is about the page itself: pages carry that of related articles and of other pages too."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from agents.clean.page.jsonld import Node, is_article, many, resolved
from agents.clean.page.text import fold

SUBDOMAIN = re.compile(r"^(?:www\d?|m|mobile|amp|edition)\.")
# The address of the same article in another form.
FORM = re.compile(r"(?:/(?:amp|index\.\w{3,5})|\.amp)?/?\Z")
TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|amp|ref|source|outputtype)(?:=|\Z)", re.IGNORECASE)
MAX_HEADLINE = 400
MAX_CLAIMS = 10
WHOLE_WORDS = 3
SHARED_WORDS = 0.6
REFERRING = ("author", "creator", "publisher", "image", "hasPart")
OTHER, UNKNOWN, SAME_URL, SAME_HEADLINE = range(4)
"""How a node agrees with its page, rising: it is about another, it says too little, and in what it agrees."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The addresses of a page, without what varies in them, and the headlines that it shows."""

    url: str
    addresses: frozenset[str]
    headlines: tuple[str, ...]

    @classmethod
    def of(cls, url: str, urls: Iterable[str], headlines: Iterable[str | None]) -> "Identity":
        addresses = frozenset(each for each in (address(url, known) for known in (url, *urls)) if each)
        return cls(url, addresses, tuple(dict.fromkeys(each[:MAX_HEADLINE] for each in headlines if each)))

    def agreement(self, node: Node) -> int:
        headline = node.get("headline") or node.get("name")
        same_headline = self._same_headline(headline) if isinstance(headline, str) else None
        if same_headline:
            return SAME_HEADLINE
        claimed = {each for each in (address(self.url, url) for url in _urls(node)) if each}
        if claimed & self.addresses:
            return SAME_URL
        return OTHER if claimed and same_headline is False else UNKNOWN

    def _same_headline(self, headline: str) -> bool | None:
        """None where there is nothing to compare."""
        claimed = unescape(headline[:MAX_HEADLINE])
        return any(_alike(claimed, each) for each in self.headlines) if self.headlines else None


def address(base: str, url: str) -> str | None:
    """Host, path and query, without their usual variations; None for a home page and for no URL."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
    except ValueError:
        return None
    path = FORM.sub("", unquote(parts.path).casefold(), count=1)
    query = "&".join(each for each in parts.query.split("&") if each and not TRACKING.match(each))
    host = SUBDOMAIN.sub("", (parts.netloc or "").casefold())
    return f"{host}{path}?{query}" if path or query else None


def _urls(node: Node) -> list[str]:
    values: list[Any] = [node.get("url"), node.get("@id")]
    for page in many(node.get("mainEntityOfPage"))[:MAX_CLAIMS]:
        values += [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    return [each for each in values if isinstance(each, str) and each.startswith(("http", "/"))]


def _alike(claimed: str, shown: str) -> bool:
    """The same headline, a longer form of it (`Headline | Site`), or most of its words."""
    first, second = sorted((fold(claimed), fold(shown)), key=len)
    if first and first == second:
        return True
    words, others = set(claimed.casefold().split()), set(shown.casefold().split())
    fewest = min(len(words), len(others))
    if first in second and (fewest >= WHOLE_WORDS or len(first) >= len(second) / 2):
        return bool(first)
    return fewest >= WHOLE_WORDS and len(words & others) >= SHARED_WORDS * fewest


def own(nodes: list[Node], page: Identity) -> list[Node]:
    """The nodes without the articles that are about another page."""
    ratings = {at: page.agreement(node) for at, node in enumerate(nodes) if is_article(node)}
    least = SAME_URL if SAME_HEADLINE in ratings.values() else UNKNOWN
    return [node for at, node in enumerate(nodes) if ratings.get(at, least) >= least]


def article(nodes: list[Node], page: Identity) -> Node:
    """The node of the article: of those that agree best, the first with a headline or a date, else the first.

    {} where there is none. What it does not say is read from other nodes of the same headline, and what it
    says by reference from the nodes referred to.
    """
    candidates = [node for node in nodes if is_article(node)]
    if not candidates:
        return {}
    chosen = max(candidates, key=lambda node: (page.agreement(node), _says_something(node)))
    for node in candidates:
        if node.get("headline") == chosen.get("headline"):
            chosen = node | chosen
    return chosen | {key: resolved(chosen[key], nodes) for key in REFERRING if key in chosen}


def _says_something(node: Node) -> bool:
    return bool(node.get("headline") or node.get("datePublished"))
