"""What each extractor makes of a page, as it is used without settings for a site."""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle, RawPage
from bench.extraction.sets import Gold


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """`outcome`: `sent`, or why there is no article. `confidence`: 0 to 1, of Copydesk alone."""

    text: str = ""
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    date: str | None = None
    outcome: str = "sent"
    charset: str | None = None
    confidence: float | None = None


Extractor = Callable[[Gold], Extracted]


def copydesk() -> Extractor:
    work = load(CleanSettings())

    def extract(gold: Gold) -> Extracted:
        article = work(RawPage(url=gold.url, page=gold.page, fetched_at=gold.fetched_at))
        if not isinstance(article, CleanArticle):
            return Extracted(outcome=article.reason)
        return Extracted(
            text=article.text,
            title=article.title,
            authors=[author.name for author in article.authors],
            date=article.published_at,
            charset=article.extraction.charset,
            confidence=article.extraction.confidence,
        )

    return extract


def trafilatura(**options: bool) -> Callable[[], Extractor]:
    def loaded() -> Extractor:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document

        def extract(gold: Gold) -> Extracted:
            document = bare_extraction(gold.page, url=gold.url, with_metadata=True, **options)
            if not isinstance(document, Document):
                return Extracted(outcome="none")
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

    def extract(gold: Gold) -> Extracted:
        # With images, it would fetch them from the network.
        read = article(gold.url, fetch_images=False)
        read.download(input_html=gold.page.decode("utf-8", "replace"))
        read.parse()
        date = read.publish_date.isoformat() if read.publish_date else None
        return Extracted(text=read.text, title=read.title, authors=read.authors, date=date)

    return extract


#: Name → what loads it. The others than Copydesk's own packages: `uv pip install --group bench`.
TOOLS: Mapping[str, Callable[[], Extractor]] = {
    "copydesk": copydesk,
    "trafilatura, default": trafilatura(),
    "trafilatura, as used": trafilatura(fast=True, include_comments=False),
    "resiliparse": resiliparse,
    "readability-lxml": readability,
    "newspaper4k": newspaper,
}
