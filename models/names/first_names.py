"""Write the table of first names with `m`, `f`, or `b` for both; in lower case, without accents.

A capital letter marks a name that is frequent, and rarely anything else.

From nomquamgender 0.1.4 (MIT), and from Faker (MIT) those that it does not have.

    python -m models.names.first_names [FILE]
"""

import gzip
import json
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module, resources
from pathlib import Path
from pkgutil import iter_modules

import faker.providers.person

from models.names.lists import LATIN

TABLE = Path(__file__).parents[2] / "agents/entities/people/first_names.tsv.gz"
GENDERS = {"male": "m", "female": "f"}
#: A name in fewer lists, or of fewer people, is often a surname or an error.
LISTS, PEOPLE, FREQUENT = 3, 60, 2_000
#: The share of women from which on a name is a woman's; of men likewise.
SURE = 0.9


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    genders = dict(sorted((of_cultures() | counted()).items()))
    lines = "".join(f"{name}\t{gender}\n" for name, gender in genders.items())
    with out.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(lines.encode())
    print(f"{out}: {len(genders)} names, {out.stat().st_size / 1e3:.0f} KB")


def counted() -> dict[str, str]:
    """The names of nomquamgender: name → lists it is in, people, share of women."""
    text = resources.files("nomquamgender").joinpath("name_data.json").read_text(encoding="utf-8")
    return {
        name: _letter(women, people)
        for name, (lists, people, women, *_) in json.loads(text).items()
        if lists >= LISTS and people >= PEOPLE and name.isalpha() and name.isascii()
    }


def _letter(women: float, people: int) -> str:
    gender = "f" if women >= SURE else "m" if women <= 1 - SURE else "b"
    return gender.upper() if people >= FREQUENT else gender


def of_cultures() -> dict[str, str]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name, gender in names():
        found[plain(name)].add(gender)
    return {name: gender.pop() if len(gender) == 1 else "b" for name, gender in found.items()}


def plain(name: str) -> str:
    """The name in lower case without accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def names() -> Iterator[tuple[str, str]]:
    """Each first name of each culture, with its gender."""
    for module in sorted(each.name for each in iter_modules(faker.providers.person.__path__)):
        provider = import_module(f"faker.providers.person.{module}").Provider
        for gender, letter in GENDERS.items():
            for attribute in (
                f"first_names_{gender}",
                f"first_romanized_names_{gender}",
                f"first_name_{gender}",
            ):
                listed = getattr(provider, attribute, ())
                yield from (
                    (name, letter)
                    for name in (listed if not callable(listed) else ())
                    if LATIN.fullmatch(name)
                )


if __name__ == "__main__":
    main()
