"""Write the names of countries in languages in the Latin script, from Babel (Unicode CLDR).

python -m models.places.countries [FILE]
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

TABLE = Path(__file__).parents[2] / "agents/entities/places/translations.tsv"
LANGUAGES = (
    *(
        "ca",
        "cs",
        "da",
        "de",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "gl",
        "hr",
        "hu",
        "id",
        "is",
        "it",
        "lt",
        "lv",
        "nl",
    ),
    *("no", "pl", "pt", "ro", "sk", "sl", "sq", "sv", "sw", "tr", "vi"),
)
CODE = re.compile("[A-Z]{2}")


def main() -> None:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE
    out.write_text(
        "".join(f"{language}\t{name}\t{code}\n" for language, name, code in rows()), encoding="utf-8"
    )
    print(f"{out}: {len(LANGUAGES)} languages, {out.stat().st_size / 1e3:.0f} KB")


def rows() -> Iterator[tuple[str, str, str]]:
    for language in LANGUAGES:
        for code, name in sorted(Locale(language).territories.items()):
            if CODE.fullmatch(code) and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                yield language, name.replace("’", "'"), code


if __name__ == "__main__":
    main()
