"""Which place of the world a name means: by what follows it, the other places, and how many live there."""

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from agents.entities.places.demonyms import countries, country_of
from agents.entities.places.home import home_of
from agents.entities.places.regions import country_of_region
from agents.entities.places.table import LARGE, Place, Places
from agents.entities.places.translations import country_in

#: What each kind of evidence adds to the logarithm of the population.
QUALIFIED, IN_ARTICLE, OF_SOURCE, BY_ANOTHER_NAME = 6.0, 2.0, 1.5, -1.5
#: Another place of the article is in its state; a language that is spoken in its country.
IN_STATE, OF_LANGUAGE = 1.0, 1.0
#: Capital rather than state: what news means by the name alone.
MOSTLY = dict.fromkeys(("washington", "washington d.c.", "washington, d.c."), 4140963)
MOSTLY_MEANT = 3.0
#: Seas and regions, which the table does not have, and some town has their name.
NO_TOWNS = frozenset(
    "pacific atlantic arctic antarctic mediterranean caribbean baltic balkans alps sahara sahel amazon gulf"
    " midwest himalayas andes caucasus".split()
)
OF_KIND = {"continent": 4.0, "country": 4.0, "state": 2.5, "city": 0.0}
#: How sharply the confidence follows the evidence.
SHARPNESS = 2.0
#: A smaller place is meant only where something else in the article is in its country: rivers and villages
#: have names of towns on other continents.
SMALL = 300_000
#: Of this size and this many times as large as any other with the name, a place needs nothing else either.
MIDDLING, AHEAD = 100_000, 5
#: A city with this many times the people is meant, unless something says otherwise: `Paris` beside `Chicago`.
OUTSHONE = 60
#: By these letters, `Boulogne` is a form of `Boulogne-Billancourt`.
BEGINNING = 4
#: After a name that is a county's or an island's, and none of a town.
NO_TOWN = re.compile(
    r"(?:\sand\s[A-Z][\w'’-]{1,20})?\s(?:[Cc]ount(?:y|ies)|Parish|Islands?|River|Valley|Province)\b"
)
#: A place that is named together with this one: `Hibbing and `.
COMPANION = re.compile(
    r"([A-Z\u00c0-\u00de][\w.'’-]{1,20}(?:\s[A-Z\u00c0-\u00de][\w.'’-]{1,20}){0,2}),?\sand\s$"
)
#: How far apart such places are at most, in degrees: some 60 km.
NEAR = 0.6
DISTRICT = re.compile(r",?(?<!\s)\s++D\.?C\.?$")
QUALIFIER = re.compile(r",\s+([A-Z\u00c0-\u00de][\w.'’-]*(?:\s+[A-Z\u00c0-\u00de][\w.'’-]*){0,2})")
#: Abbreviations of states as newspapers write them, and the code in the table.
STATES = dict(
    line.split("=")
    for line in (
        "Ala.=AL Ariz.=AZ Ark.=AR Calif.=CA Colo.=CO Conn.=CT Del.=DE Fla.=FL Ga.=GA Ill.=IL Ind.=IN"
        " Kan.=KS Ky.=KY La.=LA Md.=MD Mass.=MA Mich.=MI Minn.=MN Miss.=MS Mo.=MO Mont.=MT Neb.=NE"
        " Nev.=NV N.H.=NH N.J.=NJ N.M.=NM N.Y.=NY N.C.=NC N.D.=ND Okla.=OK Ore.=OR Pa.=PA R.I.=RI"
        " S.C.=SC S.D.=SD Tenn.=TN Vt.=VT Va.=VA Wash.=WA W.Va.=WV Wis.=WI Wyo.=WY D.C.=DC"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Named:
    """A place of the article: its forms, and the text after and before each mention."""

    forms: Sequence[str]
    after: Sequence[str]
    before: Sequence[str] = ()


class Linker:
    """Decides with the evidence of one article."""

    def __init__(
        self,
        places: Places,
        names: Sequence[str],
        groups: Sequence[str],
        source_country: str | None,
        language: str | None = "en",
    ) -> None:
        """Takes the names of the article's places and peoples, and the country of its source."""
        self._places, self._source, self._language = places, source_country, language
        self._home = [] if language in (None, "en") else home_of(language or "")
        self._of_name = {name: self._country(name) for name in names}
        self._countries = Counter(code for code in self._of_name.values() if code)
        self._countries.update(code for code in (countries().get(group) for group in groups) if code)
        self._states = Counter(state for state in map(self._state, names) if state)

    def _country(self, name: str) -> str | None:
        """The country that a name is evidence for: itself, or where the only large place of the name is."""
        if name.casefold() != "georgia" and (code := country_of(name)):
            return code
        if code := country_in(self._language, name) or country_of_region(name):
            return code
        large = {
            place.country
            for place in self._places.named(name)
            if place.kind == "state" or place.population >= LARGE
        }
        return large.pop() if len(large) == 1 else None

    def _state(self, name: str) -> tuple[str, str] | None:
        """The state that a name is evidence for: that of the only places with the name."""
        states = {(place.country, place.code) for place in self._places.named(name) if place.code}
        if name in STATES:
            states.add(("US", STATES[name]))
        return states.pop() if len(states) == 1 else None

    def link(self, named: Named) -> tuple[Place, float] | None:
        """The place and how sure it is, 0 to 1; None where the table has none, or nothing speaks for it."""
        forms = [form for form in named.forms if not _is_no_town(form)]
        full = [DISTRICT.sub("", form) for form in forms]
        candidates = {place for form in full for place in self._places.named(form)}
        translated = {country_in(self._language, form) for form in named.forms}
        candidates |= {country for code in translated if code for country in self._places.countries(code)}
        codes = {STATES[form] for form in named.forms if form in STATES}
        candidates |= {state for code in codes for state in self._places.states(code)}
        if any(NO_TOWN.match(after) for after in named.after):
            candidates = {place for place in candidates if place.kind != "city"}
        candidates = {place for place in candidates if not self._is_outshone(place, candidates, named)}
        scores = {place: self._score(place, named) for place in candidates}
        if not scores:
            return None
        best = max(scores, key=lambda place: (scores[place], -place.id))
        is_known = best.kind != "city" or _is_known(best, candidates, full)
        if not is_known and not self._is_supported(best, named):
            return None
        if self._is_old_name(best, full) and not self._is_qualified(best, named):
            return None
        total = sum(math.exp(SHARPNESS * (score - scores[best])) for score in scores.values())
        return best, round(min(1 / total, 0.99), 2)

    def _is_old_name(self, place: Place, forms: Sequence[str]) -> bool:
        """Whether it is a town by another name than its own: `Harper` was Costa Mesa's until 1920."""
        is_town = place.kind == "city" and place.population < SMALL
        is_own = any(form[:BEGINNING].casefold() == place.name[:BEGINNING].casefold() for form in forms)
        return self._language == "en" and is_town and not is_own

    def _is_outshone(self, place: Place, candidates: Collection[Place], named: Named) -> bool:
        """Whether it is a small town with the name of a great city, and nothing says that it is this one."""
        if place.kind != "city" or place.country == self._source or self._is_qualified(place, named):
            return False
        most = max(other.population for other in candidates if other.kind == "city")
        return OUTSHONE * place.population < most

    def _score(self, place: Place, named: Named) -> float:
        state = (place.country, place.code)
        own_state = sum(self._state(form) == state for form in named.forms)
        return (
            math.log10(place.population + 1 if place.kind == "city" else 10**6)
            + OF_KIND[place.kind]
            + QUALIFIED * self._is_qualified(place, named)
            + IN_ARTICLE * self._is_in_article(place, named)
            + IN_STATE * (place.kind == "city" and self._states[state] > own_state)
            + OF_SOURCE * (place.country == self._source)
            + OF_LANGUAGE * (place.country in self._home)
            + BY_ANOTHER_NAME
            * (place.kind == "city" and place.name not in {DISTRICT.sub("", form) for form in named.forms})
            + MOSTLY_MEANT * any(MOSTLY.get(form.casefold()) == place.id for form in named.forms)
        )

    def _is_supported(self, place: Place, named: Named) -> bool:
        """Whether anything but the name speaks for the place."""
        return (
            place.country == self._source
            or place.country in self._home
            or self._is_in_article(place, named)
            or self._is_qualified(place, named)
        )

    def _is_in_article(self, place: Place, named: Named) -> bool:
        own = sum(self._of_name.get(form) == place.country for form in named.forms)
        return self._countries[place.country] > own

    def _is_qualified(self, place: Place, named: Named) -> bool:
        return any(_qualifies(after, place, self._places) for after in named.after) or any(
            _is_beside(before, place, self._places) for before in named.before
        )


def _is_known(place: Place, candidates: Collection[Place], forms: Sequence[str]) -> bool:
    """Whether the name alone says it: of a large city, or of the only one of some size that is called so."""
    others = [other.population for other in candidates if other is not place]
    is_alone = place.population >= MIDDLING and AHEAD * max(others, default=0) < place.population
    return place.population >= SMALL or (is_alone and place.name in forms)


def _is_no_town(name: str) -> bool:
    return name.casefold() in NO_TOWNS or country_of_region(name) is not None


def _is_beside(before: str, place: Place, places: Places) -> bool:
    """Whether the town named together with it is near: `Hibbing and Virginia`."""
    match = COMPANION.search(before)
    if match is None or place.kind != "city":
        return False
    return any(_is_near(place, other) for other in places.named(match[1]) if other.kind == "city")


def _is_near(place: Place, other: Place) -> bool:
    if None in (place.latitude, place.longitude, other.latitude, other.longitude):
        return False
    return math.dist(_position(place), _position(other)) < NEAR


def _position(place: Place) -> tuple[float, float]:
    return place.latitude or 0.0, place.longitude or 0.0


def _qualifies(after: str, place: Place, places: Places) -> bool:
    """Whether the text after a name says where the place is: `, Texas`, `, France`."""
    match = QUALIFIER.match(after)
    if match is None or place.kind != "city":
        return False
    if place.country == "US" and STATES.get(match[1], "") == place.code:
        return True
    larger = [each for each in places.named(match[1].rstrip(".")) if each.kind in ("country", "state")]
    return any(each.country == place.country and each.code in ("", place.code) for each in larger)
