"""The table of places: countries, states of the USA, cities from 5,000 people on (GeoNames, CC BY 4.0)."""

import gzip
from collections import defaultdict
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple, Self

from agents.entities.places.demonyms import country_of

Kind = Literal["continent", "country", "state", "city"]
#: From here on a place is known outside its country.
LARGE = 300_000


class Place(NamedTuple):
    """A row of the table. `code` is that of the state or province in its country."""

    id: int
    kind: Kind
    name: str
    country: str
    code: str
    latitude: float | None
    longitude: float | None
    population: int


class Places:
    """The places by their names, whatever the case of the letters."""

    def __init__(self, rows: list[tuple[Place, tuple[str, ...]]]) -> None:
        self._countries = {place.country: place for place, _ in rows if place.kind == "country"}
        self._states = {
            place.code: [place] for place, _ in rows if place.kind == "state" and place.country == "US"
        }
        self._by_name: defaultdict[str, list[Place]] = defaultdict(list)
        for place, others in rows:
            for name in (place.name, *others):
                self._by_name[name.casefold()].append(place)

    @classmethod
    @cache
    def load(cls) -> Self:
        """The table that ships with the package: 0.4 s."""
        with resources.files(__package__).joinpath("places.tsv.gz").open("rb") as packed:
            lines = gzip.decompress(packed.read()).decode().splitlines()
        return cls([_row(line) for line in lines])

    def named(self, name: str) -> list[Place]:
        """The places of this name, also of `U.S.`, `the Netherlands` and `Burma`."""
        places = self._by_name.get(name.casefold(), [])
        code = country_of(name)
        country = [] if code is None else self.countries(code)
        return [*country, *(place for place in places if place not in country)]

    def countries(self, code: str) -> list[Place]:
        """The country with this ISO 3166 code."""
        return [self._countries[code]] if code in self._countries else []

    def states(self, code: str) -> list[Place]:
        """The state of the USA with this code."""
        return self._states.get(code, [])

    def kind_of(self, name: str) -> str:
        """`country`, `state`, `continent`, `large` or `small` for a city, `none`: of the best known place."""
        places = self.named(name)
        kinds = {place.kind for place in places}
        for kind in ("country", "state", "continent"):
            if kind in kinds:
                return kind
        if not places:
            return "none"
        return "large" if max(place.population for place in places) >= LARGE else "small"


def _row(line: str) -> tuple[Place, tuple[str, ...]]:
    identity, kind, name, country, code, latitude, longitude, population, others = line.split("\t")
    place = Place(
        *(int(identity), kind, name, country, code),  # type: ignore[arg-type]  # the table has no other kinds
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        int(population or 0),
    )
    return place, tuple(others.split("|")) if others else ()
