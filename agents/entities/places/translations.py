"""Names of countries in other languages than English (Unicode CLDR)."""

from collections import defaultdict
from functools import cache
from importlib import resources


@cache
def _table() -> dict[str, dict[str, str]]:
    lines = resources.files(__package__).joinpath("translations.tsv").read_text(encoding="utf-8").splitlines()
    table: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for language, name, code in (line.split("\t") for line in lines):
        table[language][name.casefold()] = code
    return dict(table)


def country_in(language: str | None, name: str) -> str | None:
    """The ISO 3166 code of the country with this name in the language."""
    return _table().get(language or "", {}).get(name.replace("’", "'").casefold())


def languages() -> frozenset[str]:
    """The languages with such names: those that are written in the Latin script."""
    return frozenset(_table())
