"""Whether the rows can fail: each rule broken on purpose, and the row that must notice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from bench.faults.desk.mutants import MUTANTS
from bench.faults.row import DEEDS, Fault, Row

#: Mutant → the row in which it does its harm.
CAUGHT_BY: Mapping[str, str] = {
    "ack-before-delivery": "hanging",
    "ack-on-exception": "read-only",
    "publish-by-gather": "large-and-small",
    "no-beat": "worker-frozen",
    "letters-not-awaited": "read-only",
    "commit-without-drain": "rolling-restart",
    "sink-acks-first": "database-away",
    "sink-without-versions": "letters-replayed",
    "id-from-the-clock": "worker-kill",
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a row said of a mutant; `said` is empty where it noticed nothing."""

    mutant: str
    wrong: str
    row: str
    said: str


def broken(fault: Fault, mutant: str | None) -> Fault:
    """The fault on the desk in which a rule may be broken."""
    return replace(fault, desk=DEEDS) if mutant else fault


def check(
    mutants: Iterable[str], faults: Mapping[str, Fault], run: Callable[[Fault, str], Row]
) -> list[Verdict]:
    """Run each mutant in its row."""
    verdicts = []
    for mutant in mutants:
        name = CAUGHT_BY[mutant]
        row = run(broken(faults[name], mutant), mutant)
        wrong = " ".join((MUTANTS[mutant].__doc__ or "").split())
        counted = "; ".join(row.counts.wrong(reordered=faults[name].reordered))
        verdicts.append(Verdict(mutant=mutant, wrong=wrong, row=name, said=counted))
    return verdicts


def markdown(verdicts: list[Verdict]) -> str:
    """The table."""
    head = "| broken on purpose | row | what it counted |\n| --- | --- | --- |\n"
    return head + "".join(f"| {one.wrong} | {one.row} | {one.said or 'NOTHING'} |\n" for one in verdicts)
