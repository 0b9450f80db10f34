"""Whether the rows can fail: each rule is broken on purpose, and a row must notice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from tests.reliability.pipeline.mutants import MUTANTS
from tests.reliability.row import ACTIONS, Fault, Row

#: Mutant → the row that must notice it, and the count that shows it.
CAUGHT_BY: Mapping[str, tuple[str, str]] = {
    "ack-before-delivery": ("hanging", "lost"),
    "ack-on-exception": ("read-only", "lost"),
    "publish-by-gather": ("large-and-small", "topics_ended_older"),
    "no-liveness-check": ("worker-frozen", "topics_ended_older"),
    "letters-not-awaited": ("read-only", "lost"),
    "commit-without-drain": ("hanging", "lost"),
    "sink-acks-first": ("database-away", "lost_in_sinks"),
    "sink-without-versions": ("letters-replayed", "ended_older"),
    "id-from-the-clock": ("worker-kill", "repeated_with_other_id"),
    "raw-headers-believed": ("forged", "lost"),
    "any-log-believed": ("kafka-lost", "lost_in_sinks"),
}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a row counted for a mutant; `counted` is empty if the count that must show it is 0."""

    mutant: str
    wrong: str
    row: str
    counted: str


def broken(fault: Fault, mutant: str | None) -> Fault:
    """The fault, on the pipeline in which a rule can be broken."""
    return replace(fault, pipeline=ACTIONS) if mutant else fault


def check(
    mutants: Iterable[str], faults: Mapping[str, Fault], run: Callable[[Fault, str], Row]
) -> list[Verdict]:
    verdicts = []
    for mutant in mutants:
        name, decisive = CAUGHT_BY[mutant]
        row = run(broken(faults[name], mutant), mutant)
        wrong = " ".join((MUTANTS[mutant].__doc__ or "").split())
        counts = row.counts.wrong(reordered=faults[name].reordered)
        text = "; ".join(f"{count}: {value}" for count, value in counts.items()) if decisive in counts else ""
        verdicts.append(Verdict(mutant=mutant, wrong=wrong, row=name, counted=text))
    return verdicts


def markdown(verdicts: list[Verdict]) -> str:
    head = "| broken on purpose | row | what it counted |\n| --- | --- | --- |\n"
    rows = (
        f"| {verdict.wrong} | `{verdict.row}` | {verdict.counted or 'NOTHING'} |\n" for verdict in verdicts
    )
    return head + "".join(rows)
