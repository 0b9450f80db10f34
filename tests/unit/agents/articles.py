"""Articles for tests: fields that a test does not name have plain values."""

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
    text: str, *, title: str | None = None, language: str | None = "en", **fields: Any
) -> CleanArticle:
    """An article as the clean stage publishes it."""
    defaults: dict[str, Any] = {
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
        **defaults | {"text": text, "title": title, "language": spoken, "words": len(text.split())} | fields
    )


def tagged_article(text: str, **fields: Any) -> TaggedArticle:
    """An article as the entities stage publishes it, without entities."""
    return extend(clean_article(text, **fields), TaggedArticle, entities=[], quotes=[])
