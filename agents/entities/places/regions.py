"""Provinces, states and old regions, which the table of places does not have outside of the USA."""

from functools import cache
from importlib import resources


@cache
def _countries() -> dict[str, str]:
    lines = resources.files(__package__).joinpath("regions.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return {name: country for country, names in rows for name in names.split(";")}


def country_of_region(name: str) -> str | None:
    """The ISO 3166 code of the country that a region with this name is part of."""
    return _countries().get(name)
