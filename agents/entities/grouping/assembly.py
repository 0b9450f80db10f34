"""Groups of mentions → the entities of the record."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from agents.entities.grouping.descriptors import descriptors
from agents.entities.grouping.groups import group, type_of
from agents.entities.grouping.persons import HONORIFIC, PERSON, person
from agents.entities.grouping.shared_names import bearers
from agents.entities.mentions import Mention
from agents.entities.organisations.table import known
from agents.entities.places.demonyms import wikidata_of
from agents.entities.places.linking import Linker, Named
from agents.entities.places.regions import country_of_region
from agents.entities.places.table import Place, Places
from agents.entities.values.finding import grouped
from agents.entities.values.kinds import VALUES
from agents.records import Entity, Link, Location

#: The weights in salience; their sum is 1. The headline's first name is what it is about.
FREQUENT, EARLY, IN_TITLE, FIRST_IN_TITLE = 0.35, 0.25, 0.25, 0.15
SURE = 0.99
AHEAD = re.compile(
    r"\b(?:until|till|will|due|scheduled|set (?:to|for)|expected|plans?|planned|to be held|begins?|opens?"
    r"|resumes?|expires?|ahead of)\b[^.!?;\n]{0,60}$"
)
BEFORE = 80
#: The dateline of an agency's story ends before.
SIGNED_WITHIN = 60
#: A place in more capitals is one of a dateline.
LONGEST_ACRONYM = 4


@dataclass(frozen=True, slots=True)
class Article:
    """What the names are read in: `published` and `country` are those of the article and of its source."""

    title: str
    text: str
    published: date | None = None
    country: str | None = None

    def field_of(self, mention: Mention) -> str:
        """The title or the text."""
        return self.title if mention.field == "title" else self.text

    def is_ahead(self, mention: Mention) -> bool:
        """Whether the words before it say that it is still to come: `until midnight on Saturday`."""
        before = self.field_of(mention)[max(0, mention.start - BEFORE) : mention.start]
        return AHEAD.search(before) is not None


def assemble(
    mentions: Sequence[Mention], article: Article, places: Places | None = None, language: str | None = "en"
) -> list[Entity]:
    """The entities, from `e1` on, in the order of their first mention; those of the title come first.

    Without a table of places nothing is linked to it.
    """
    names = [mention for mention in mentions if mention.type not in VALUES]
    values = [mention for mention in mentions if mention.type in VALUES]
    first = names[0] if names and names[0].field == "title" else None
    whose = bearers(names, article.field_of)
    entities = [_entity(each, article, first, language) for each in group(names, whose)]
    if places is not None:
        entities = list(_linked(entities, article, places, language))
    entities += [_value(form, each) for form, each in grouped(values, article.published, article.is_ahead)]
    order = {mention.span: i for i, mention in enumerate(mentions)}
    entities.sort(key=lambda entity: order[entity.mentions[0]])
    return [replace(entity, id=f"e{i}") for i, entity in enumerate(entities, start=1)]


def salience(mentions: Sequence[Mention], length: int, first_in_title: Mention | None = None) -> float:
    """How much the article is about it, 0 to 1: mentioned often (twice is half), early, and in the title.

    Other entities have no influence, so that values can be compared between articles.
    """
    often = len(mentions) / (len(mentions) + 2)
    starts = (mention.start for mention in mentions if mention.field == "text")
    early = max((1 - start / max(length, 1) for start in starts), default=0.0)
    title = any(mention.field == "title" for mention in mentions)
    is_first = first_in_title is not None and first_in_title in mentions
    return round(FREQUENT * often + EARLY * max(early, 0.0) + IN_TITLE * title + FIRST_IN_TITLE * is_first, 3)


def fullest(mentions: Sequence[Mention]) -> str:
    """The form with the most words; of these one not in capitals, the most frequent, the earliest."""
    forms = Counter(" ".join(mention.text.split()) for mention in mentions)
    return max(forms, key=lambda form: (len(person(form).words), not form.isupper(), forms[form]))


def _entity(
    mentions: Sequence[Mention], article: Article, first: Mention | None, language: str | None
) -> Entity:
    kind, name = type_of(mentions), fullest(mentions)
    return Entity(
        id="",
        type=kind,
        name=_without_honorific(name) if kind == PERSON else name,
        count=len(mentions),
        salience=0.0 if _signs_only(mentions, article) else salience(mentions, len(article.text), first),
        descriptors=descriptors(mentions, article.title, article.text)
        if kind in (PERSON, "organisation") and language == "en"
        else [],
        mentions=[mention.span for mention in mentions],
        links=list(_organisation(name)) if kind == "organisation" else [],
    )


def _signs_only(mentions: Sequence[Mention], article: Article) -> bool:
    """Whether it only signs the article, as agencies do: `OSLO (Reuters/AFP) -`."""
    return mentions[0].type == "organisation" and all(
        at.field == "text" and at.start < SIGNED_WITHIN and _is_in_brackets(at, article.text)
        for at in mentions
    )


def _is_in_brackets(at: Mention, text: str) -> bool:
    return text[max(0, at.start - 1) : at.start] in ("(", "/") and text[at.end : at.end + 1] in (")", "/")


def _without_honorific(name: str) -> str:
    words = name.split()
    while len(words) > 1 and HONORIFIC.fullmatch(words[0].strip(".,").casefold()):
        words = words[1:]
    return " ".join(words)


def _organisation(name: str) -> Iterator[Link]:
    listed = known(name)
    if listed is not None and listed.wikidata:
        yield _wikidata(listed.wikidata, SURE)


def _value(form: str | None, mentions: Sequence[Mention]) -> Entity:
    return Entity(
        id="",
        type=mentions[0].type,
        name=" ".join(mentions[0].text.split()),
        count=len(mentions),
        salience=0.0,
        descriptors=[],
        mentions=[mention.span for mention in mentions],
        links=[],
        value=form,
    )


def _linked(
    entities: Sequence[Entity], article: Article, places: Places, language: str | None
) -> Iterator[Entity]:
    """The entities, places with their links."""
    names = [form for each in entities if each.type == "place" for form in {at.text for at in each.mentions}]
    groups = [at.text for each in entities if each.type == "group" for at in each.mentions]
    linker = Linker(places, names, groups, article.country, language)
    for entity in entities:
        place = linker.link(_named(entity, article)) if entity.type == "place" else None
        if place is not None:
            entity = _with_place(entity, *place)
        elif entity.type == "place":
            entity = _without_place(entity)
        yield entity


def _without_place(entity: Entity) -> Entity:
    """A place that the table does not have; of a region the country is known."""
    name = entity.name.title() if _is_in_capitals(entity.name) else entity.name
    country = country_of_region(name)
    location = country and Location(country=country, admin=None, latitude=None, longitude=None)
    return replace(entity, name=name, location=location or None)


def _named(entity: Entity, article: Article) -> Named:
    whole = {"title": article.title, "text": article.text}
    return Named(
        forms=sorted({at.text for at in entity.mentions}),
        after=[whole[at.field][at.end : at.end + 40] for at in entity.mentions],
        before=[whole[at.field][max(0, at.start - 60) : at.start] for at in entity.mentions],
    )


def _with_place(entity: Entity, place: Place, confidence: float) -> Entity:
    links = [_geonames(place.id, confidence)]
    if place.kind == "country" and (wikidata := wikidata_of(place.country)):
        links.append(_wikidata(wikidata, confidence))
    location = Location(
        country=place.country or None,
        admin=place.code or None,
        latitude=place.latitude,
        longitude=place.longitude,
    )
    return replace(entity, name=_in_small(entity.name, place.name), links=links, location=location)


def _in_small(name: str, of_table: str) -> str:
    """A name in capitals as the table has it, unless that is in another language: `TORINO` is no `Turin`."""
    if not _is_in_capitals(name):
        return name
    return of_table if of_table.casefold() == name.casefold() else name.title()


def _is_in_capitals(name: str) -> bool:
    """Whether it is the place of a dateline, and no acronym."""
    return name.isupper() and len(name) > LONGEST_ACRONYM


def _geonames(identity: int, confidence: float) -> Link:
    return Link(
        scheme="geonames",
        id=str(identity),
        uri=f"https://www.geonames.org/{identity}/",
        confidence=confidence,
    )


def _wikidata(identity: str, confidence: float) -> Link:
    return Link(
        scheme="wikidata", id=identity, uri=f"https://www.wikidata.org/wiki/{identity}", confidence=confidence
    )
