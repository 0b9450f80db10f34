"""The countries in which a language is spoken, and the country that the tag of a page's language names."""

import re

#: The first ones are where most of its news is written.
HOME = {
    "de": "DE AT CH LI LU",
    "fr": "FR BE CH CA LU",
    "es": "ES MX AR CO CL PE VE EC UY BO PY CR GT CU",
    "it": "IT CH",
    "pt": "PT BR AO MZ",
    "nl": "NL BE",
    "ca": "ES",
    "da": "DK",
    "sv": "SE FI",
    "et": "EE",
    "cs": "CZ",
    "sl": "SI",
    "sq": "AL",
    "vi": "VN",
    "sw": "TZ KE",
    "eu": "ES",
    "gl": "ES",
}
#: `de-AT`, `zh-Hant-TW`.
REGION = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?[-_]([A-Za-z]{2})")
#: What templates of pages declare all over the world.
BY_DEFAULT = "en-us"


def home_of(language: str) -> list[str]:
    """ISO 3166 codes; where nothing is known, the code of the language itself, as of `pl` and `fi`."""
    return HOME.get(language, language.upper()).split()


def country_of_tag(declared: str | None) -> str | None:
    """`AT` of `de-AT`: the country of a source that declares its language so."""
    match = REGION.fullmatch(declared or "")
    is_default = (declared or "").replace("_", "-").casefold() == BY_DEFAULT
    return None if match is None or is_default else match[1].upper()
