"""Any number of finished articles for tests. Each fills every field that a record can have."""

import re
from dataclasses import replace

import orjson

from agents.ids import article_id
from agents.records import (
    Article,
    Author,
    Dateline,
    Entity,
    Language,
    License,
    Link,
    ProducedBy,
    Quote,
    Source,
    Span,
    Speaker,
    Summary,
    extend,
)
from streams.core import record_headers
from streams.core.message import Headers
from streams.core.sink import Delivered
from tests.unit.agents.articles import clean_article
from tests.unit.agents.claims import record_at

PEOPLE = (
    *("Marta Lindqvist", "Tomas Arregui", "Ifeoma Nnadi", "Józef Wilk"),
    *("Chiyo Tanabe", "Pilar Sáenz", "Anne O'Dowd"),
)
PLACES = ("Gosport", "Bremerhaven", "Alicante", "Tromsø", "Valparaíso")
BODIES = ("Harbour Board", "Council of Ports", "Northern Line")
FEEDS = ("harbour-courier", "nordwind", None)
#: 1 November 2026, in milliseconds: when the first article was received. The others follow, a minute apart.
START = 1_793_491_200_000
MINUTE = 60_000


def url_of(n: int) -> str:
    return f"https://{('news', 'wire', 'post')[n % 3]}.example/story-{n}"


def id_of(n: int) -> str:
    return article_id(url_of(n))


def finished(n: int, revision: int = 1) -> Article:
    """The `n`th article at a revision. Text and names differ between articles, and between revisions."""
    person, place, body = (names[(n + revision) % len(names)] for names in (PEOPLE, PLACES, BODIES))
    words = f"“We will not wait for spring {n}”"
    title = f"{place} gets ferry number {n}"
    opening = f"{place} gets its ferry, the {body} has decided."
    text = f"{opening}\n\n{words}, {person} said. {'The quay is ready. ' * (n % 4)}{person} spoke in {place}."
    tagged = {
        "language": Language(code="en", confidence=0.98, declared="en-GB"),
        "entities": _entities(title, text, {person: "person", place: "place", body: "organisation"}),
        "quotes": [_quote(text, words, person)],
    }
    clean = clean_article(
        text,
        title=title,
        id=id_of(n),
        content_hash=f"{n:08x}{revision:08x}",
        url=url_of(n),
        feed=FEEDS[n % 3],
        meta={"job": n, "customer": {"name": "Müller"}} if n % 2 else {},
        fetched_at=f"2026-11-{1 + n % 20:02}T08:00:{revision % 60:02}+01:00",
        source=Source(domain=f"{('news', 'wire', 'post')[n % 3]}.example", name="Example Times"),
        genre="news",
        description=f"What the {body} decided.",
        authors=[Author(name=PEOPLE[n % 7]), Author(name=PEOPLE[(n + 3) % 7])][: n % 3],
        agencies=["Meridian Wire"] if n % 5 == 0 else [],
        dateline=Dateline(place=place.upper()),
        published_at=("2026-11-%02d" if n % 2 else "2026-11-%02dT06:30:00+01:00") % (1 + n % 20),
        published_precision="day" if n % 2 else "second",
        published_evidence="json-ld",
        section="Transport",
        tags=["Ferries", place],
        license=License(name="CC-BY-4.0", url=None) if n % 4 == 0 else None,
        produced_by=[ProducedBy(stage="clean", version="1")],
    )
    summary = Summary(
        method="extractive", text=opening, sentences=_spans("text", text, opening), phrases=[place]
    )
    return extend(clean, Article, **tagged, summary=summary)


def value(article: Article) -> bytes:
    """The value of the record in Kafka."""
    return orjson.dumps(article)


def origin(n: int, revision: int) -> record_headers.Origin:
    """The origin of a revision, as the first stage reads it from the raw record."""
    received = START + n * MINUTE + revision * 1000
    raw = f"news.raw/{n % 4}/{1000 * revision + n}"
    return record_headers.Origin(
        raw=raw,
        received=received,
        version=record_headers._version(raw, received, received),
        event=raw,
        traceparent=record_headers._traceparent(raw),
    )


def headers(n: int, revision: int, *, model: str | None = None) -> Headers:
    """The headers of a finished record, as the last stage writes them."""
    stamp = record_headers.Stamp(stage="summaries", version="1", model=model, prefix="news")
    return record_headers.write(origin(n, revision), (), stamp, topic="summaries", key=id_of(n).encode())


def delivered(
    n: int, revision: int = 1, *, gone: bool = False, model: str | None = None, offset: int = 0
) -> Delivered:
    """A revision of an article as a sink gets it; with `gone`, its takedown."""
    event = dict(headers(n, revision, model=model))["ce_id"]
    record = None if gone else value(finished(n, revision))
    names = {"key": id_of(n), "version": origin(n, revision).version, "event": (event or b"").decode()}
    return record_at(offset, record, partition=n % 4, **names)


def foreign(record: bytes | None, *, key: str = "0" * 32, offset: int = 7, version: str = "9") -> Delivered:
    """A record in the topic that another program wrote."""
    return replace(delivered(0), key=key, record=record, version=version, event=f"e{offset}", offset=offset)


def _entities(title: str, text: str, names: dict[str, str]) -> list[Entity]:
    entities = []
    for n, (name, kind) in enumerate(names.items(), 1):
        mentions = [*_spans("title", title, name), *_spans("text", text, name)]
        link = Link(scheme="wikidata", id=f"Q{n}", uri=f"https://wikidata.example/Q{n}", confidence=0.5)
        entities.append(
            Entity(
                id=f"e{n}",
                type=kind,
                name=name,
                count=len(mentions),
                salience=round(0.9 / n, 3),
                descriptors=["minister"] if kind == "person" else [],
                mentions=mentions,
                links=[link] if kind == "place" else [],
            )
        )
    return entities


def _quote(text: str, words: str, person: str) -> Quote:
    speaker = Speaker(entity="e1", name=person, span=_spans("text", text, person)[0])
    return Quote(
        span=_spans("text", text, words)[0], kind="direct", cue="said", speaker=speaker, confidence=0.9
    )


def _spans(field: str, within: str, name: str) -> list[Span]:
    matches = re.finditer(re.escape(name), within)
    return [Span(field=field, start=match.start(), end=match.end(), text=name) for match in matches]  # type: ignore[arg-type]  # a str, "title" or "text"
