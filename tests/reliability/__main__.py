"""Run faults on a real Kafka and print the table. The exit code is 1 if a row has failed."""

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

KNOWN = {fault.name: fault for fault in FAULTS}
EXAMPLE = "example: python -m tests.reliability --fault worker-kill --fault broker-kill --articles 2000"

Run = Callable[[Fault, str | None], Row]


def main() -> int:
    """Run the rows that were named, or all; or the mutants."""
    # SIGTERM acts as Ctrl-C, so that all processes are ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = _arguments()
    if arguments.list:
        print("\n".join(f"{fault.name:22} {fault.description}" for fault in FAULTS))
        return 0
    arguments.out.mkdir(parents=True, exist_ok=True)
    return _rows(arguments) if arguments.mutants is None else _mutants(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__, epilog=EXAMPLE)
    parser.add_argument("--fault", action="append", help="name of a fault; may be repeated (default: all)")
    parser.add_argument(
        "--articles", type=int, default=ARTICLES, help="records published per row (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=2026, help="decides what is published (%(default)s)")
    parser.add_argument(
        "--out", type=Path, default=Path("build/faults"), help="folder for the table (%(default)s)"
    )
    parser.add_argument(
        "--keep", type=Path, help="keep the logs, topics and files of each row in this folder"
    )
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="break a rule on purpose")
    parser.add_argument(
        "--mutants", nargs="*", help="mutants (default: all), each in the row that must notice"
    )
    parser.add_argument("--list", action="store_true", help="list the faults, one per line")
    return parser.parse_args()


def _rows(arguments: argparse.Namespace) -> int:
    faults = _faults(arguments.fault)
    rows: list[Row] = []
    with _runner(arguments, len(faults)) as run_row:
        for fault in faults:
            rows.append(run_row(mutation.broken(fault, arguments.mutant), arguments.mutant))
            # After every row, so that a run that is ended early leaves the rows so far.
            table.write(rows, arguments.out, arguments.seed)
    print(table.markdown(rows))
    print(f"{table.ran(arguments.seed)}\nwritten to {arguments.out}/faults.md and faults.json")
    return 1 if any(row.failure for row in rows) else 0


def _mutants(arguments: argparse.Namespace) -> int:
    names = arguments.mutants or list(mutation.CAUGHT_BY)
    with _runner(arguments, len(names)) as run_row:
        verdicts = mutation.check(names, KNOWN, run_row)
    text = mutation.markdown(verdicts)
    (arguments.out / "mutants.md").write_text(text)
    print(text)
    return 0 if all(verdict.counted for verdict in verdicts) else 1


def _faults(names: Sequence[str] | None) -> list[Fault]:
    for name in names or ():
        if name not in KNOWN:
            raise SystemExit(f"no fault is called {name!r}; --list names them")
    return [KNOWN[name] for name in names] if names else list(FAULTS)


@contextmanager
def _runner(arguments: argparse.Namespace, total: int) -> Iterator[Run]:
    """A function that runs a row, with a progress bar on standard error and a line when it is done."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total)

        def run_row(fault: Fault, mutant: str | None) -> Row:
            def report(step: str) -> None:
                progress.update(task, description=f"{fault.name}: {step}")

            own = {"FAULT_MUTANT": mutant} if mutant else {}
            with tempfile.TemporaryDirectory(prefix="copydesk-faults-") as name:
                kept = arguments.keep and arguments.keep / f"{fault.name}-{int(time.time())}"
                row = run(fault, arguments.articles, arguments.seed, kept or Path(name), report, own)
            progress.advance(task)
            verdict = row.failure or "passed"
            console.print(f"{fault.name}: {verdict} ({row.seconds:.0f} s)", highlight=False)
            return row

        yield run_row


if __name__ == "__main__":
    sys.exit(main())
