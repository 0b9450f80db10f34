"""The table of places: countries, states of the USA, cities from 5,000 people on (GeoNames, CC BY 4.0)."""

import gzip
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
    """The places by their names, whatever the case of the letters.

    A row is read only when its name is asked for: of 70,000, an article names twenty.
    """

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._by_name: dict[str, list[int]] = {}
        for i, line in enumerate(lines):
            _, _, name, _, _, _, _, _, others = line.split("\t")
            for each in f"{name}|{others}".split("|") if others else (name,):
                self._by_name.setdefault(each.casefold(), []).append(i)
        large = [_row(line) for line in lines if "\tcountry\t" in line or "\tstate\t" in line]
        self._countries = {place.country: place for place in large if place.kind == "country"}
        self._states = {
            place.code: [place] for place in large if place.kind == "state" and place.country == "US"
        }

    @classmethod
    @cache
    def load(cls) -> Self:
        """The table that ships with the package: 0.2 s, 30 MB."""
        with resources.files(__package__).joinpath("places.tsv.gz").open("rb") as packed:
            return cls(gzip.decompress(packed.read()).decode().splitlines())

    def named(self, name: str) -> list[Place]:
        """The places of this name, also of `U.S.`, `the Netherlands` and `Burma`."""
        places = [_row(self._lines[i]) for i in self._by_name.get(name.casefold(), ())]
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


def _row(line: str) -> Place:
    identity, kind, name, country, code, latitude, longitude, population, _ = line.split("\t")
    return Place(
        *(int(identity), kind, name, country, code),  # type: ignore[arg-type]  # the table has no other kinds
        float(latitude) if latitude else None,
        float(longitude) if longitude else None,
        int(population or 0),
    )
