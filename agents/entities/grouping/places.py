"""Which names of places and of peoples are the same: `U.S.` and `United States`, `Russian` and `Russians`."""

from collections import defaultdict
from collections.abc import Sequence

from agents.entities.grouping.names import Name
from agents.entities.places.demonyms import countries, country_of

PLACE, GROUP = "place", "group"


def aliases(names: Sequence[Name]) -> dict[str, str]:
    """Name → the longest of the names of the same country, or of the same people."""
    same: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        if name.type == PLACE and (code := country_of(name.form)):
            same[PLACE, code].append(name.key)
        elif name.type == GROUP:
            same[GROUP, _people(name.form)].append(name.key)
    return {
        each: fullest
        for forms in same.values()
        for fullest in [max(forms, key=lambda f: (len(f), f))]
        for each in forms
        if each != fullest
    }


def _people(form: str) -> str:
    """The country of a nationality; of other groups the name without the `s` of the plural."""
    return countries().get(form) or form.casefold().removesuffix("s")
