"""The contract: the record of every topic. Each has the fields of the record before it, and its own.

Every field is always present. None means not known, and never that a stage was not run. Later versions add
fields and remove none. Spans count Unicode code points.
"""

from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal, Self, TypeVar

from msgspec import Meta

from agents.ids import article_id
from agents.records.entities import Entity, Link, Location, Quote, Span, Speaker

__all__ = [
    "Article",
    "Author",
    "CleanArticle",
    "Dateline",
    "Discarded",
    "Entity",
    "Extraction",
    "Language",
    "License",
    "Link",
    "Location",
    "Paywall",
    "ProducedBy",
    "Quote",
    "RawArticle",
    "RawPage",
    "Source",
    "Span",
    "Speaker",
    "Summary",
    "TaggedArticle",
    "extend",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """What a scraper publishes as JSON. One of `html` and `text` is needed; unknown fields are ignored."""

    url: Annotated[str, Meta(description="The request URL; the article id is a hash of it.")]
    html: str | None = None
    text: Annotated[
        str | None,
        Meta(description="The article without the page around it; blank lines separate paragraphs."),
    ] = None
    fetched_at: Annotated[str | None, Meta(description="RFC 3339; null if the scraper gave none.")] = None
    feed: Annotated[str | None, Meta(description="The scraper's name for where it came from.")] = None
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published_at: str | None = None
    language: str | None = None
    charset: Annotated[str | None, Meta(description="The charset that the page was decoded with.")] = None
    meta: Annotated[
        dict[str, Any], Meta(description="The scraper's own fields; the finished record has them.")
    ] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The article id: a hash of the normalised request URL."""
        return article_id(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage(RawArticle):
    """What a scraper publishes as the page's own bytes. The other fields come from the headers."""

    page: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who published the article. The domain is the registered one, in ASCII."""

    domain: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """A person in the byline."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The line that opens a wire story: `LONDON, March 3 (Reuters) -`."""

    place: str | None = None
    agency: str | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The language of the text, as identified (`code`, ISO 639) and as the page declares it."""

    code: str | None
    confidence: float | None
    declared: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """A licence the page grants."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paywall:
    """Whether the page says that only paying readers get all of it."""

    status: Literal["free", "metered", "closed", "unknown"] = "unknown"
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """How the text was extracted. `confidence` is the F1 to be expected, 0 to 1: it ranks articles by how
    right their text is. Null for a scraper's text, and for data in a page."""

    method: Annotated[
        str,
        Meta(description="`blocks` of a page, `text` from a scraper's text, `json` from data in a page."),
    ]
    confidence: float | None
    charset: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedBy:
    """A stage that the record went through."""

    stage: str
    version: str
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanArticle:
    """raw → clean: the article, without the page around it."""

    id: Annotated[
        str,
        Meta(
            description="The article id: 32 hexadecimal digits, a hash of the normalised request URL."
            " All revisions share it."
        ),
    ]
    content_hash: Annotated[str, Meta(description="A hash of title and text: the same if both are the same.")]
    url: Annotated[
        str,
        Meta(description="The scraper's request URL; characters that are not allowed are percent-encoded."),
    ]
    canonical_url: Annotated[str | None, Meta(description="The canonical URL, as the page claims it.")]
    feed: Annotated[str | None, Meta(description="The scraper's name for where it came from.")]
    meta: Annotated[dict[str, Any], Meta(description="The scraper's own fields, unchanged.")]
    fetched_at: Annotated[
        str | None, Meta(description="RFC 3339, as the scraper gave it; null where that was not a time.")
    ]
    source: Annotated[Source, Meta(description="Who published it.")]
    genre: Annotated[str | None, Meta(description="The page's own classification: `news`, `opinion`, ...")]
    title: Annotated[str | None, Meta(description="The headline.")]
    description: Annotated[str | None, Meta(description="The page's own standfirst or teaser.")]
    authors: Annotated[list[Author], Meta(description="The people in the byline.")]
    agencies: Annotated[list[str], Meta(description="News agencies it is credited to.")]
    dateline: Annotated[Dateline, Meta(description="The parts of the line that opens a wire story.")]
    published_at: Annotated[
        str | None, Meta(description="ISO 8601, with the precision and the offset that were written, if any.")
    ]
    published_precision: Annotated[
        Literal["day", "minute", "second"] | None, Meta(description="How much of `published_at` is known.")
    ]
    published_evidence: Annotated[
        str | None, Meta(description="Where it was found: `json-ld`, `meta`, `url`, ...")
    ]
    modified_at: Annotated[str | None, Meta(description="ISO 8601: when the page says it was last changed.")]
    language: Annotated[Language, Meta(description="The language of the text.")]
    section: Annotated[str | None, Meta(description="The section of the site.")]
    tags: Annotated[list[str], Meta(description="The page's own keywords.")]
    image: Annotated[str | None, Meta(description="The URL of the page's picture.")]
    captions: Annotated[list[str], Meta(description="The captions of pictures, which are no part of `text`.")]
    license: Annotated[License | None, Meta(description="The licence the page grants.")]
    paywall: Annotated[Paywall, Meta(description="Whether readers have to pay.")]
    text: Annotated[str, Meta(description="Paragraphs separated by a blank line.")]
    words: Annotated[int, Meta(description="Words of the text; characters in scripts without spaces.")]
    extraction: Annotated[Extraction, Meta(description="How the text was extracted from the page.")]
    warnings: Annotated[
        list[str],
        Meta(
            description="What is doubtful, as kebab-case words: `language-uncertain`, `title-missing`,"
            " `text-cut` (it ends at an offer to subscribe), `text-scrambled` (such paragraphs"
            " were left out), ..."
        ),
    ]
    produced_by: Annotated[list[ProducedBy], Meta(description="The stages it went through, in their order.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedArticle(CleanArticle):
    """clean → entities: the article and the people, places and organisations in it."""

    entities: Annotated[list[Entity], Meta(description="The people, places and organisations mentioned.")]
    quotes: Annotated[list[Quote], Meta(description="What is said in it, and by whom.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The article in a few sentences. `sentences`, `lede` and `phrases` are the article's own in any case."""

    method: Annotated[
        str,
        Meta(
            description="`extractive`: `text` is `sentences`. `llm`: `text` was written by a language model."
        ),
    ]
    text: str
    sentences: Annotated[list[Span], Meta(description="The best sentences of the article, in their order.")]
    phrases: Annotated[list[str], Meta(description="What it is about, in a few words each.")]
    lede: Annotated[str | None, Meta(description="The first of `sentences`.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(TaggedArticle):
    """entities → summaries: the finished record."""

    summary: Annotated[Summary, Meta(description="The article in a few sentences.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """An article that is of no interest. It carries no body."""

    id: str
    url: str
    feed: str | None
    stage: str
    reason: Annotated[str, Meta(description="A kebab-case word: `too-short`, `not-an-article`, ...")]
    kind: Annotated[
        str | None, Meta(description="What the page is instead of an article: `home`, `error`, ...")
    ] = None

    @classmethod
    def of(
        cls, record: RawArticle | CleanArticle, *, stage: str, reason: str, kind: str | None = None
    ) -> Self:
        """What is left of `record` once `stage` has discarded it."""
        return cls(id=record.id, url=record.url, feed=record.feed, stage=stage, reason=reason, kind=kind)


Wider = TypeVar("Wider", bound=CleanArticle)


def extend(record: CleanArticle, wider: type[Wider], /, **own: Any) -> Wider:
    """`record` as a `wider` record: its fields, replaced or joined by `own`. Values are shared."""
    return wider(**{each.name: getattr(record, each.name) for each in fields(record)} | own)
