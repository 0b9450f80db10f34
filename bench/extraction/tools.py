"""What each extractor makes of a page, as it is used without settings for a site."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle, RawPage
from bench.extraction.sets import Gold


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """`discarded`: why the page is taken for no article. `failed`: what was raised. `confidence` and
    `charset_guessed`: of Copydesk alone."""

    text: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    date: str | None = None
    discarded: str | None = None
    failed: str | None = None
    confidence: float | None = None
    charset_guessed: bool = False


Extractor = Callable[[Gold], Extracted]


def copydesk() -> Extractor:
    work = load(CleanSettings())

    def extract(gold: Gold) -> Extracted:
        article = work(RawPage(url=gold.url, page=gold.page, fetched_at=gold.fetched_at))
        if not isinstance(article, CleanArticle):
            return Extracted(discarded=article.reason)
        return Extracted(
            text=article.text,
            title=article.title,
            authors=[author.name for author in article.authors],
            date=article.published_at,
            confidence=article.extraction.confidence,
            charset_guessed="charset-guessed" in article.warnings,
        )

    return extract


def trafilatura(**options: Any) -> Callable[[], Extractor]:
    def loaded() -> Extractor:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document

        def extract(gold: Gold) -> Extracted:
            document = bare_extraction(gold.page, url=gold.url, with_metadata=True, **options)
            if not isinstance(document, Document):
                return Extracted(discarded="none")
            authors = [name.strip() for name in (document.author or "").split(";") if name.strip()]
            return Extracted(
                text=document.text or "", title=document.title, authors=authors, date=document.date
            )

        return extract

    return loaded


def resiliparse() -> Extractor:
    html2text = importlib.import_module("resiliparse.extract.html2text")
    encoding = importlib.import_module("resiliparse.parse.encoding")

    def extract(gold: Gold) -> Extracted:
        text = encoding.bytes_to_str(gold.page, encoding.detect_encoding(gold.page))
        return Extracted(text=html2text.extract_plain_text(text, main_content=True))

    return extract


def readability() -> Extractor:
    document = importlib.import_module("readability").Document
    from lxml import html

    def extract(gold: Gold) -> Extracted:
        read = document(gold.page)
        tree = html.fromstring(read.summary())
        return Extracted(text="\n".join(tree.itertext()), title=read.short_title())

    return extract


def newspaper() -> Extractor:
    article = importlib.import_module("newspaper").Article
    decoded = importlib.import_module("newspaper.parsers").get_unicode_html

    def extract(gold: Gold) -> Extracted:
        # With images, it would fetch them from the network.
        read = article(gold.url, fetch_images=False)
        read.download(input_html=decoded(gold.page))
        read.parse()
        date = read.publish_date.isoformat() if read.publish_date else None
        return Extracted(text=read.text, title=read.title, authors=read.authors, date=date)

    return extract


#: Name → what loads it. The dependency group `bench` has the packages of the last three.
TOOLS: Mapping[str, Callable[[], Extractor]] = {
    "copydesk": copydesk,
    "trafilatura, default": trafilatura(),
    "trafilatura, as used": trafilatura(fast=True, include_comments=False),
    "resiliparse": resiliparse,
    "readability-lxml": readability,
    "newspaper4k": newspaper,
}
