"""The parts of a record: its people, places, organisations and other names, and its quotations."""

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of a field, in Unicode code points: `record[field][start:end] == text`."""

    field: Literal["title", "text"]
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """The entry of an entity in a catalogue."""

    scheme: str
    id: str
    uri: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a place is, as far as it is known."""

    country: Annotated[str | None, Meta(description="ISO 3166-1, two letters.")]
    admin: Annotated[str | None, Meta(description="The state or province, by its GeoNames code: `TX`.")]
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A person or thing that the article names, with all of its mentions."""

    id: Annotated[str, Meta(description="`e1`, `e2`, ... in the order of first mention in this article.")]
    type: Annotated[
        str,
        Meta(
            description="`person`, `organisation`, `place`, `group`, `event`, `work`, `product`, `law`;"
            " or of a value: `date`, `time`, `money`, `percent`, `quantity`."
        ),
    ]
    name: Annotated[str, Meta(description="The fullest form in the article.")]
    count: int
    salience: Annotated[float, Meta(description="0 to 1: how much the article is about it.")]
    descriptors: Annotated[list[str], Meta(description="What the article calls it: `President-elect`.")]
    mentions: Annotated[list[Span], Meta(description="All mentions, in the order of the text.")]
    links: Annotated[list[Link], Meta(description="Its entries in catalogues.")]
    value: Annotated[
        str | None,
        Meta(
            description="Of a value, its normal form: `2026-11` (ISO 8601), `3000000 USD` (ISO 4217), `4.5`."
        ),
    ] = None
    location: Annotated[Location | None, Meta(description="Of a place that has a link, where it is.")] = None


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
        Literal["direct", "mixed", "indirect"],
        Meta(description="In quotation marks, a few words of a sentence in marks, or in the writer's words."),
    ]
    cue: str | None
    speaker: Speaker | None
    confidence: float
