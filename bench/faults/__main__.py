"""Run faults and print the table. Exit code 1 where a row is not as it must be."""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.faults import table
from bench.faults.desk.mutants import MUTANTS
from bench.faults.row import Fault, Row, run
from bench.faults.rows import FAULTS

ARTICLES = 5000
DEEDS = "bench.faults.desk"


def main() -> int:
    """Run those asked for, or all."""
    given = _arguments()
    if given.list:
        print("\n".join(f"{one.name:24} {one.what}" for one in FAULTS))
        return 0
    rows = _run(_chosen(given.fault, given.mutant), given)
    table.write(rows, given.out)
    print(table.markdown(rows))
    print(f"written to {given.out}/faults.md and faults.json; seed {given.seed}")
    return 1 if any(row.failure for row in rows) else 0


def _arguments() -> argparse.Namespace:
    example = "example: python -m bench.faults --fault worker-kill --fault broker-kill --articles 2000"
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__, epilog=example)
    parser.add_argument("--fault", action="append", help="a fault by name; again for more; none: all")
    parser.add_argument(
        "--articles", type=int, default=ARTICLES, help="records published a row (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=2026, help="what is published hangs on it (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("build/faults"), help="folder (%(default)s)")
    parser.add_argument("--keep", type=Path, help="keep each row's logs, topics and files in this folder")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break a rule on purpose")
    parser.add_argument("--list", action="store_true", help="the faults, one a line")
    return parser.parse_args()


def _chosen(names: Sequence[str] | None, mutant: str | None) -> list[Fault]:
    """Those named, or all. A mutant lives in the desk that knows deeds."""
    known = {one.name: replace(one, desk=DEEDS) if mutant else one for one in FAULTS}
    for name in names or ():
        if name not in known:
            raise SystemExit(f"no fault is called {name!r}; --list names them")
    return [known[name] for name in names] if names else list(known.values())


def _run(faults: Sequence[Fault], given: argparse.Namespace) -> list[Row]:
    rows: list[Row] = []
    own = {"FAULT_MUTANT": given.mutant} if given.mutant else {}
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=len(faults))
        for fault in faults:

            def tell(doing: str, name: str = fault.name) -> None:
                progress.update(task, description=f"{name}: {doing}")

            with tempfile.TemporaryDirectory(prefix="copydesk-faults-") as name:
                folder = Path(name) if given.keep is None else given.keep / f"{fault.name}-{int(time.time())}"
                rows.append(run(fault, given.articles, given.seed, folder, tell, own))
            progress.advance(task)
            verdict = rows[-1].failure or "as it must be"
            console.print(f"{fault.name}: {verdict} ({rows[-1].seconds:.0f} s)", highlight=False)
    return rows


if __name__ == "__main__":
    sys.exit(main())
