"""Articles for tests: everything that a test does not name is unremarkable."""

from typing import Any

from agents.records import (
    CleanArticle,
    Dateline,
    Extraction,
    Language,
    Paywall,
    ProducedBy,
    Source,
    TaggedArticle,
    extend,
)


def clean_article(
    text: str, *, title: str | None = None, language: str | None = "en", **own: Any
) -> CleanArticle:
    """An article as the clean stage leaves it."""
    fields: dict[str, Any] = {
        "id": "0123456789abcdef0123456789abcdef",
        "content_hash": "fedcba9876543210",
        "url": "https://news.example/harbour",
        "canonical_url": None,
        "feed": None,
        "meta": {},
        "fetched_at": None,
        "source": Source(domain="news.example", name="Example Times"),
        "genre": None,
        "description": None,
        "authors": [],
        "agencies": [],
        "dateline": Dateline(),
        "published_at": None,
        "published_precision": None,
        "published_evidence": None,
        "modified_at": None,
        "section": None,
        "tags": [],
        "image": None,
        "captions": [],
        "license": None,
        "paywall": Paywall(),
        "extraction": Extraction(method="given", confidence=None, charset=None),
        "warnings": [],
        "produced_by": [ProducedBy(stage="clean", version="1")],
    }
    spoken = Language(code=language, confidence=None, declared=None)
    return CleanArticle(
        **fields | {"text": text, "title": title, "language": spoken, "words": len(text.split())} | own
    )


def tagged_article(text: str, **own: Any) -> TaggedArticle:
    """An article as the entities stage leaves it, without entities."""
    return extend(clean_article(text, **own), TaggedArticle, entities=[], quotes=[])
