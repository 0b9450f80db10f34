"""The contract: the record of every topic, each with the fields of the one before it and its own.

Every field is always present. None means not known; never that a stage was not run. Later versions add
fields and take none away. Spans count Unicode code points.
"""

from dataclasses import dataclass, field, fields
from typing import Annotated, Any, Literal, Self, TypeVar

from msgspec import Meta

from agents.ids import article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle:
    """What a scraper publishes as JSON. One of `html` and `text` is needed; unknown fields are ignored."""

    url: Annotated[str, Meta(description="The request URL: what the article id is a hash of.")]
    html: str | None = None
    text: Annotated[
        str | None,
        Meta(description="The article without a page around it; paragraphs separated by a blank line."),
    ] = None
    fetched_at: Annotated[
        str | None, Meta(description="RFC 3339; stays null where the scraper gave none.")
    ] = None
    feed: Annotated[str | None, Meta(description="The scraper's name for where it came from.")] = None
    title: str | None = None
    authors: list[str] = field(default_factory=list)
    published_at: str | None = None
    language: str | None = None
    charset: Annotated[str | None, Meta(description="What the page was decoded by.")] = None
    meta: Annotated[
        dict[str, Any], Meta(description="The scraper's own, carried through to the finished record.")
    ] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The article id: a hash of the normalised request URL."""
        return article_id(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage(RawArticle):
    """What a scraper publishes as the page's own bytes; everything else comes from the headers."""

    page: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a field, in Unicode code points: `record[field][start:end] == text`."""

    field: Literal["title", "text"]
    start: int
    end: int
    text: str


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
    """The language of the text, as found (`code`, ISO 639) and as the page declares it."""

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
    """Whether the page says that it is cut off for readers who do not pay."""

    status: Literal["free", "metered", "closed", "unknown"] = "unknown"
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """How the text was taken out of the page. `confidence` is 0 to 1, null where not estimated."""

    method: Annotated[str, Meta(description="`trafilatura` from a page, `text` from a scraper's text.")]
    confidence: float | None
    charset: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducedBy:
    """A stage that had a hand in the record."""

    stage: str
    version: str
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanArticle:
    """raw → clean: the article, without the page around it."""

    id: Annotated[
        str,
        Meta(
            description="The article id: 32 hexadecimal digits, a hash of the normalised request URL;"
            " all revisions share it."
        ),
    ]
    content_hash: Annotated[
        str, Meta(description="Of title and text: two revisions with the same one say the same.")
    ]
    url: Annotated[
        str,
        Meta(
            description="The request URL, as the scraper gave it;"
            " what may not stand in one is percent-encoded."
        ),
    ]
    canonical_url: Annotated[str | None, Meta(description="The page's own claim of where it belongs.")]
    feed: Annotated[str | None, Meta(description="The scraper's name for where it came from.")]
    meta: Annotated[dict[str, Any], Meta(description="The scraper's own, untouched.")]
    fetched_at: Annotated[
        str | None, Meta(description="RFC 3339, as the scraper gave it; null where that was no time.")
    ]
    source: Annotated[Source, Meta(description="Who published it.")]
    genre: Annotated[str | None, Meta(description="As the page files it: `news`, `opinion`, ...")]
    title: Annotated[str | None, Meta(description="The headline.")]
    description: Annotated[str | None, Meta(description="The page's own standfirst or teaser.")]
    authors: Annotated[list[Author], Meta(description="The persons of the byline.")]
    agencies: Annotated[list[str], Meta(description="News agencies it is credited to.")]
    dateline: Annotated[Dateline, Meta(description="The opening of a wire story, taken apart.")]
    published_at: Annotated[
        str | None,
        Meta(
            description="ISO 8601, no more precise than it was written;"
            " without an offset where none was written."
        ),
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
    words: Annotated[
        int, Meta(description="Of the text; a character counts as one in scripts without spaces.")
    ]
    extraction: Annotated[Extraction, Meta(description="How the text was taken out of the page.")]
    warnings: Annotated[
        list[str],
        Meta(description="What is doubtful, as kebab-case words: `language-uncertain`, `title-missing`, ..."),
    ]
    produced_by: Annotated[list[ProducedBy], Meta(description="The stages it went through, in their order.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What an entity is in somebody's catalogue."""

    scheme: str
    id: str
    uri: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """Somebody or something the article names, with every place it is named in."""

    id: Annotated[
        str, Meta(description="`e1`, `e2`, ... in the order of first mention; of this article only.")
    ]
    type: Annotated[
        str,
        Meta(description="`person`, `organisation`, `place`, `group`, `event`, `work`, `product` or `law`."),
    ]
    name: Annotated[str, Meta(description="The fullest form in the article.")]
    count: int
    salience: Annotated[float, Meta(description="0 to 1: how much the article is about it.")]
    descriptors: Annotated[list[str], Meta(description="What the article calls it: `President-elect`.")]
    mentions: Annotated[list[Span], Meta(description="Every place it is named in, in the order of the text.")]
    links: Annotated[list[Link], Meta(description="What it is in catalogues.")]
    value: Annotated[str | None, Meta(description="A normal form, where its type has one.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who said it: an entity of the article where `entity` is its id."""

    entity: str | None
    name: str
    span: Span | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Something said, and by whom."""

    span: Span
    kind: Annotated[
        Literal["direct", "indirect"], Meta(description="In quotation marks or in the writer's words.")
    ]
    cue: str | None
    speaker: Speaker | None
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggedArticle(CleanArticle):
    """clean → entities: the article and whom and what it names."""

    entities: Annotated[list[Entity], Meta(description="Whom and what it names.")]
    quotes: Annotated[list[Quote], Meta(description="What is said in it, and by whom.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The article in a few of its own sentences, in their order."""

    method: str
    text: str
    sentences: list[Span]
    phrases: Annotated[list[str], Meta(description="What it is about, in a few words each.")]


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

    @classmethod
    def of(cls, record: RawArticle | CleanArticle, *, stage: str, reason: str) -> Self:
        """What is left of `record` once `stage` has discarded it."""
        return cls(id=record.id, url=record.url, feed=record.feed, stage=stage, reason=reason)


Wider = TypeVar("Wider", bound=CleanArticle)


def extend(record: CleanArticle, wider: type[Wider], /, **own: Any) -> Wider:
    """`record` as a `wider` record: its fields, replaced or joined by `own`. Values are shared."""
    return wider(**{one.name: getattr(record, one.name) for one in fields(record)} | own)
