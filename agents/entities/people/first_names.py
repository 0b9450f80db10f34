"""First names of many cultures: models/names/first_names.py makes the table."""

import gzip
import re
import unicodedata
from functools import cache
from importlib import resources
from typing import Literal

Gender = Literal["m", "f"]
MAN = re.compile(
    r"\b(?:Mr|Sir|Lord|King|Prince|Duke|Baron|Father|Brother|Herr|Monsieur|M|Señor|Sr|Signor|spokesman|chairman|businessman|actor|widower|father|son|brother|husband|grandfather|uncle)\.?\s+$",
    re.IGNORECASE,
)
WOMAN = re.compile(
    r"\b(?:Mrs|Ms|Miss|Dame|Lady|Queen|Princess|Duchess|Baroness|Sister|Frau|Madame|Mme|Señora|Sra|Signora|spokeswoman|chairwoman|businesswoman|actress|widow|mother|daughter|sister|wife|grandmother|aunt)\.?\s+$",
    re.IGNORECASE,
)

GENDERS: dict[str, Gender] = {"m": "m", "M": "m", "f": "f", "F": "f"}


@cache
def _table() -> dict[str, str]:
    packed = resources.files(__package__).joinpath("first_names.tsv.gz").read_bytes()
    rows = (line.partition("\t") for line in gzip.decompress(packed).decode().splitlines())
    return {name: known for name, _, known in rows}


def plain(name: str) -> str:
    """The name in lower case without accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def is_first_name(word: str) -> bool:
    return plain(word) in _table()


def is_frequent(word: str) -> bool:
    """Whether it is a first name that is rarely anything else. Those that both have are often surnames."""
    return _table().get(plain(word)) in ("M", "F")


def gender(name: str) -> Gender | None:
    """Of a person by the full name; None where it does not say."""
    for word in name.split()[:-1]:
        known = _table().get(plain(word.split("-")[0]))
        if known is not None:
            return GENDERS.get(known)
    return None
