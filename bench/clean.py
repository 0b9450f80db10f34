"""How well and how fast pages are cleaned, beside other extractors, on the pages in ../shared/data.

    OMP_NUM_THREADS=1 python bench/clean.py                     tables of all extractors
    OMP_NUM_THREADS=1 python bench/clean.py --tools copydesk    of some of them
    OMP_NUM_THREADS=1 python bench/clean.py --misses            and the differences from the gold
    OMP_NUM_THREADS=1 python bench/clean.py --half even         for tuning, without a look at the other half

Text of `aeb` is scored as in its benchmark: 4-word shingles, F1 of the mean precision and recall; text of the
other sets by words. Dates are compared by day, titles without white space and invisible characters, authors
as sets. "persons" are the authors of the gold that can be names of persons. Times are CPU time. Every page
goes through all extractors, one after the other, so that they share the machine's good and bad minutes.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.extraction.scores import Tally, spearman
from bench.extraction.sets import DATA, HALVES, SHINGLES, Gold, gold
from bench.extraction.tools import TOOLS, Extracted, Extractor

FIELDS = ("date", "title", "authors", "persons")
Tallies = dict[tuple[str, str, str], Tally]


def loaded(names: list[str]) -> dict[str, Extractor]:
    """The extractors that are installed."""
    extractors = {}
    for name in names:
        try:
            extractors[name] = TOOLS[name]()
        except ImportError:
            print(f"{name} is not installed: uv pip install --group bench")
    return extractors


def extracted(extract: Extractor, page: Gold) -> tuple[Extracted, float]:
    """What it makes of the page, and CPU milliseconds. A page that it fails on is an empty one."""
    began = time.process_time()
    try:
        result = extract(page)
    except Exception as error:  # noqa: BLE001 - other extractors raise whatever they raise
        result = Extracted(outcome=type(error).__name__)
    return result, 1000 * (time.process_time() - began)


def measure(extractors: dict[str, Extractor], sets: list[str], halves: list[str]) -> Tallies:
    tallies: Tallies = {}
    for name in sets:
        for page in gold(name):
            if page.half not in halves:
                continue
            for tool, extract in extractors.items():
                tally = tallies.setdefault((name, page.half, tool), Tally(SHINGLES[name]))
                tally.add(page, *extracted(extract, page))
    return tallies


def report(tallies: Tallies) -> None:
    columns = "  ".join(f"{name:>7}" for name in ("F1", "P", "R", "empty", *FIELDS, "ms", "of traf."))
    print(f"{'set':7} {'half':5} {'extractor':22} {columns}")
    for (name, half, tool), tally in tallies.items():
        rival = tallies.get((name, half, "trafilatura, default"))
        mean = statistics.mean(tally.milliseconds)
        ratio = f"{mean / statistics.mean(rival.milliseconds):.2f}" if rival else "-"
        empty = sum(value == 0 for value in tally.f1s) / len(tally.f1s)
        values = [*(f"{value:.4f}" for value in tally.text_scores()), f"{empty:.3f}"]
        values += [*map(tally.share, FIELDS), f"{mean:.1f}", ratio]
        print(f"{name:7} {half:5} {tool:22} {'  '.join(f'{value:>7}' for value in values)}")
        if any(tally.confidence):
            print(
                f"{'':36} confidence: Spearman with F1 {spearman(tally.confidence, tally.f1s):.2f},"
                f" worst tenth holds {tally.bad_in_the_worst_tenth():.0%} of the bad pages"
            )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS), metavar="NAME")
    parser.add_argument("--sets", nargs="+", choices=SHINGLES, default=list(SHINGLES), metavar="NAME")
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"Nothing was measured: the folder {DATA.name} beside the checkout does not exist.")
        return
    tallies = measure(loaded(options.tools), options.sets, [options.half] if options.half else list(HALVES))
    report(tallies)
    if options.misses:
        print(*(miss for tally in tallies.values() for miss in tally.misses), sep="\n")


if __name__ == "__main__":
    main()
