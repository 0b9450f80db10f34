"""Agencies, international bodies and large companies, with Wikidata ids where they are known for sure."""

from functools import cache
from importlib import resources
from typing import NamedTuple


class Organisation(NamedTuple):
    """`wikidata` is the id without the address, or empty."""

    name: str
    wikidata: str


@cache
def _table() -> dict[str, Organisation]:
    lines = resources.files(__package__).joinpath("table.tsv").read_text(encoding="utf-8").splitlines()
    table = {}
    for name, others, wikidata in (line.split("\t") for line in lines):
        for each in (name, *(other for other in others.split(";") if other)):
            table[each.casefold()] = Organisation(name, wikidata)
    return table


def known(name: str) -> Organisation | None:
    """The organisation of the table with this name; `the` and a legal form make no difference."""
    return _table().get(name.casefold()) or _table().get(bare(name).casefold())


@cache
def _forms() -> frozenset[str]:
    from cleanco.termdata import terms_by_type

    forms = {form.casefold().strip(".") for each in terms_by_type.values() for form in each}
    return frozenset(form.replace(".", "") for form in forms)


def bare(name: str) -> str:
    """The name without its legal form: `Siemens AG` is `Siemens`. From cleanco's list of forms."""
    words = name.split()
    while len(words) > 1 and _is_form(words):
        words = words[:-1]
    return " ".join(words).rstrip(",")


def _is_form(words: list[str]) -> bool:
    last = words[-1].casefold().replace(".", "").strip(",")
    return last in _forms() and last not in NO_FORM


#: Forms of law in cleanco's list that are words of names too.
NO_FORM = frozenset(["group", "foundation", "trust", "association", "bank", "company", "se", "oy", "as"])
