"""The document of the bench: the tables stand between two markers, and the text around them stays."""

import re
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

from bench.extraction import tables
from bench.extraction.tally import Tallies

PAGE = Path(__file__).resolve().parents[2] / "docs" / "design" / "extraction.md"
GENERATED = re.compile(
    r"(?<=<!-- written by `make bench-clean` -->\n\n).*?(?=\n\n<!-- to here -->)", re.DOTALL
)
PACKAGES = ("trafilatura", "resiliparse", "readability-lxml", "newspaper4k", "lxml")


def with_tables(text: str, written: str) -> str:
    """The document with other tables. Raises `ValueError` where it has no markers."""
    text, count = GENERATED.subn(lambda _: written, text)
    if count != 1:
        raise ValueError(f"{PAGE.name} has no place for the tables")
    return text


def measured() -> str:
    """When, and what was measured."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return f"{date.today():%Y-%m}, Python {sys.version_info.major}.{sys.version_info.minor}, {versions}."


def write(tallies: Tallies) -> None:
    # matplotlib takes a second to load, and is installed for this alone.
    from bench.extraction.picture import draw

    picture = PAGE.with_suffix(".svg")
    draw(tallies, picture)
    written = f"{measured()}\n\n{tables.markdown(tallies)}"
    PAGE.write_text(with_tables(PAGE.read_text("utf-8"), written), "utf-8")
    print(f"\nwritten: {PAGE.name}, {picture.name}")
