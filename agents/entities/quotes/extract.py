"""The quotations of an article: what is in marks, and what is reported with a verb of speech."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.entities.quotes.antecedents import resolve
from agents.entities.quotes.attribution import Attribution, attribute
from agents.entities.quotes.indirect import indirect
from agents.entities.quotes.sources import ARTICLE, Source
from agents.entities.quotes.story import Named, Story
from agents.entities.quotes.titles import is_clause
from agents.records import Entity, Quote, Span, Speaker

#: How sure a speaker is by where the words that name it stand.
CONFIDENCE = {"after": 0.95, "before": 0.95, "inside": 0.95, "near": 0.8, "none": 0.6}
BY_PRONOUN, UNNAMED, INDIRECT = 0.9, 0.5, 0.85


def quotes_in(text: str, entities: Sequence[Entity], language: str | None = None) -> list[Quote]:
    """The quotations in the order of the text."""
    story = Story.of(text, list(_named(entities)), language)
    quotes = sorted([*_direct(story), *_indirect(story)], key=lambda quote: quote.span.start)
    return list(_with_roles(quotes))


def _named(entities: Sequence[Entity]) -> Iterator[Named]:
    for entity in entities:
        for at in entity.mentions:
            if at.field == "text":
                yield Named(at.start, at.end, entity.id, entity.type, entity.name, at.text)


def _with_roles(quotes: Sequence[Quote]) -> Iterator[Quote]:
    """The quotations, a role in short named as it was in full: `the spokeswoman`, `it`."""
    roles: list[str] = []
    for quote in quotes:
        speaker = quote.speaker
        if speaker is not None and speaker.entity is None:
            fuller = [role for role in roles if speaker.name.casefold() in role.casefold().split()]
            if fuller and fuller[-1] != speaker.name:
                yield replace(quote, speaker=replace(speaker, name=fuller[-1]))
                continue
            roles.append(speaker.name)
        yield quote


def _direct(story: Story) -> Iterator[Quote]:
    earlier: list[Attribution | None] = []
    for index, quotation in enumerate(story.quotations):
        attribution = attribute(story, index, earlier)
        earlier.append(attribution)
        if attribution is None:
            continue
        content = story.text[quotation.start : quotation.end]
        speaker = _speaker(
            story, attribution.source, attribution.cue is not None or attribution.place == "before"
        )
        yield Quote(
            span=_span(story, quotation.start, quotation.end),
            kind="mixed" if attribution.place == "near" and not is_clause(content) else "direct",
            cue=attribution.cue,
            speaker=speaker,
            confidence=_confidence(CONFIDENCE[attribution.place], attribution.source, speaker),
        )


def _indirect(story: Story) -> Iterator[Quote]:
    for each in indirect(story):
        speaker = _speaker(story, each.source, True)
        yield Quote(
            span=_span(story, each.start, each.end),
            kind="indirect",
            cue=each.cue,
            speaker=speaker,
            confidence=_confidence(INDIRECT, each.source, speaker),
        )


def _speaker(story: Story, source: Source | None, is_here: bool) -> Speaker | None:
    """`is_here`: the words that name the speaker stand at this quotation."""
    if source is None:
        return None
    named = resolve(story, source)
    span = _span(story, source.start, source.end) if is_here and source.end > source.start else None
    if named is not None:
        return Speaker(entity=named.entity, name=named.name, span=span)
    if source.is_pronoun:
        return None
    article = ARTICLE.match(source.text)
    return Speaker(entity=None, name=source.text[article.end() if article else 0 :], span=span)


def _confidence(base: float, source: Source | None, speaker: Speaker | None) -> float:
    if speaker is None:
        return round(base * UNNAMED, 2)
    return round(base * (BY_PRONOUN if source is not None and source.is_pronoun else 1), 2)


def _span(story: Story, start: int, end: int) -> Span:
    return Span(field="text", start=start, end=end, text=story.text[start:end])
