"""Run faults on a real Kafka and print the table. Exit code 1 where a row is not as it must be."""

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.reliability import mutation, table
from tests.reliability.pipeline.mutants import MUTANTS
from tests.reliability.row import ARTICLES, Fault, Row, run
from tests.reliability.rows import FAULTS

KNOWN = {one.name: one for one in FAULTS}
EXAMPLE = "example: python -m tests.reliability --fault worker-kill --fault broker-kill --articles 2000"

Run = Callable[[Fault, str | None], Row]


def main() -> int:
    """Run the rows asked for, or all; or the mutants."""
    # SIGTERM as Ctrl-C: what was started is ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = _arguments()
    if given.list:
        print("\n".join(f"{one.name:22} {one.what}" for one in FAULTS))
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    return _rows(given) if given.mutants is None else _mutants(given)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--fault", action="append", help="a fault by name; again for more; none: all")
    parser.add_argument(
        "--articles", type=int, default=ARTICLES, help="records published a row (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=2026, help="what is published hangs on it (%(default)s)")
    parser.add_argument("--out", type=Path, default=Path("build/faults"), help="folder (%(default)s)")
    parser.add_argument("--keep", type=Path, help="keep each row's logs, topics and files in this folder")
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break a rule on purpose")
    parser.add_argument("--mutants", nargs="*", help="mutants (none: all), each in the row that must notice")
    parser.add_argument("--list", action="store_true", help="the faults, one a line")
    return parser.parse_args()


def _rows(given: argparse.Namespace) -> int:
    chosen = _chosen(given.fault)
    rows: list[Row] = []
    with _runner(given, len(chosen)) as one:
        for fault in chosen:
            rows.append(one(mutation.broken(fault, given.mutant), given.mutant))
            # After every row: who ends a long run early has what was counted so far.
            table.write(rows, given.out, given.seed)
    print(table.markdown(rows))
    print(f"{table.ran(given.seed)}\nwritten to {given.out}/faults.md and faults.json")
    return 1 if any(row.failure for row in rows) else 0


def _mutants(given: argparse.Namespace) -> int:
    names = given.mutants or list(mutation.CAUGHT_BY)
    with _runner(given, len(names)) as one:
        verdicts = mutation.check(names, KNOWN, one)
    text = mutation.markdown(verdicts)
    (given.out / "mutants.md").write_text(text)
    print(text)
    return 0 if all(verdict.said for verdict in verdicts) else 1


def _chosen(names: Sequence[str] | None) -> list[Fault]:
    for name in names or ():
        if name not in KNOWN:
            raise SystemExit(f"no fault is called {name!r}; --list names them")
    return [KNOWN[name] for name in names] if names else list(FAULTS)


@contextmanager
def _runner(given: argparse.Namespace, total: int) -> Iterator[Run]:
    """Runs a row, with a progress bar on standard error and a line when it is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total)

        def one(fault: Fault, mutant: str | None) -> Row:
            def tell(doing: str) -> None:
                progress.update(task, description=f"{fault.name}: {doing}")

            own = {"FAULT_MUTANT": mutant} if mutant else {}
            with tempfile.TemporaryDirectory(prefix="copydesk-faults-") as name:
                folder = Path(name) if given.keep is None else given.keep / f"{fault.name}-{int(time.time())}"
                row = run(fault, given.articles, given.seed, folder, tell, own)
            progress.advance(task)
            verdict = row.failure or "as it must be"
            console.print(f"{fault.name}: {verdict} ({row.seconds:.0f} s)", highlight=False)
            return row

        yield one


if __name__ == "__main__":
    sys.exit(main())
