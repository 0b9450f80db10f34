"""How well and how fast pages are cleaned, beside other extractors, on the pages in ../shared/data.

    make bench-clean                          all of it, and write docs/design/extraction.md
    python bench/clean.py --tools copydesk    tables of some of the extractors
    python bench/clean.py --misses            and the differences from the gold
    python bench/clean.py --half even         for tuning, without a look at the other half

Words: F1 of the words of each page, then the mean. Shingles: runs of four words, F1 of mean precision and
mean recall, as in the benchmark of `aeb`. Dates are compared by day, titles without white space and invisible
characters, authors as sets. "persons": the same of those authors, of the gold and of the extractor, that can
be names of persons. charset: read by the right one, as text and gold share most characters beyond ASCII.
discarded: taken for no article, though all pages are articles. empty: without a text. Times are CPU time, so
OMP_NUM_THREADS=1; ratio: to trafilatura's default with metadata. Every page goes through all extractors, one
after the other, so that they share the machine's good and bad minutes.
"""

import argparse
import logging
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from rich.console import Console
from rich.progress import track

from bench.extraction import document, tables
from bench.extraction.sets import DATA, HALVES, SETS, Gold, gold, size
from bench.extraction.tally import Tallies, Tally
from bench.extraction.tools import TOOLS, Extracted, Extractor


def loaded(names: Sequence[str]) -> dict[str, Extractor]:
    """The extractors that are installed."""
    extractors = {}
    for name in names:
        try:
            extractors[name] = TOOLS[name]()
        except ImportError:
            print(f"{name} is not installed: make bench-clean")
    return extractors


def extracted(extract: Extractor, page: Gold) -> tuple[Extracted, float]:
    """What it makes of the page, and CPU milliseconds. A page that it fails on is an empty one."""
    began = time.process_time()
    try:
        result = extract(page)
    except Exception as error:  # noqa: BLE001 - other extractors raise whatever they raise
        result = Extracted(failed=type(error).__name__)
    return result, 1000 * (time.process_time() - began)


def pages(sets: Sequence[str], halves: Sequence[str]) -> Iterator[tuple[str, Gold]]:
    """The pages of all sets with the name of their set. On a terminal, a bar shows how far it is."""
    every = ((name, page) for name in sets for page in gold(name, halves))
    total = sum(size(name, halves) for name in sets)
    console = Console(stderr=True)
    return iter(
        track(every, "pages", total, console=console, transient=True, disable=not console.is_terminal)
    )


def measure(extractors: dict[str, Extractor], sets: Sequence[str], halves: Sequence[str]) -> Tallies:
    tallies: Tallies = {}
    for name, page in pages(sets, halves):
        for tool, extract in extractors.items():
            tally = tallies.setdefault((name, page.half, tool), Tally(SETS[name]))
            tally.add(page, *extracted(extract, page))
    return tallies


def silence() -> None:
    """Others warn of an odd page, and log it with a traceback. The tables count what failed."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS), metavar="NAME")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS), metavar="NAME")
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"write {document.PAGE.name} and its picture")
    options = parser.parse_args()
    if options.write and (options.half or options.tools != list(TOOLS) or options.sets != list(SETS)):
        parser.error("--write is for all extractors, sets and halves")
    return options


def main() -> None:
    options = parsed()
    if not (DATA / "pages").is_dir():
        print("Nothing was measured: the folder shared/data/pages beside the checkout does not exist.")
        return
    silence()
    extractors = loaded(options.tools)
    tallies = measure(extractors, options.sets, [options.half] if options.half else HALVES)
    print(tables.plain(tallies))
    if options.misses:
        print(*(f"{key[2]}: {miss}" for key, tally in tallies.items() for miss in tally.misses), sep="\n")
    if options.write and len(extractors) == len(TOOLS):
        document.write(tallies)


if __name__ == "__main__":
    main()
