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
    unknown = (
        *("canonical_url", "feed", "fetched_at", "genre", "description", "published_at", "section"),
        *("published_precision", "published_evidence", "modified_at", "image", "license"),
    )
    defaults: dict[str, Any] = {
        **dict.fromkeys(unknown),
        **{name: [] for name in ("authors", "agencies", "tags", "captions", "warnings")},
        "id": "0123456789abcdef0123456789abcdef",
        "content_hash": "fedcba9876543210",
        "url": "https://news.example/harbour",
        "meta": {},
        "source": Source(domain="news.example", name="Example Times"),
        "dateline": Dateline(),
        "paywall": Paywall(),
        "extraction": Extraction(method="given", confidence=None, charset=None),
        "produced_by": [ProducedBy(stage="clean", version="1")],
    }
    spoken = Language(code=language, confidence=None, declared=None)
    return CleanArticle(
        **defaults | {"text": text, "title": title, "language": spoken, "words": len(text.split())} | fields
    )


def tagged_article(text: str, **fields: Any) -> TaggedArticle:
    """An article as the entities stage publishes it, without entities."""
    return extend(clean_article(text, **fields), TaggedArticle, entities=[], quotes=[])
