"""The steps of a revision as a tree: with a line along each branch, if the pipeline has branches."""

from collections.abc import Iterator, Sequence

from streams.inspection.trace.story import TraceStep


def drawn(steps: Sequence[TraceStep]) -> Iterator[tuple[str, TraceStep]]:
    """The prefix to draw and the step, branch after branch."""
    stages = dict.fromkeys(step.stage for step in steps)
    yield from _behind(None, "", {stage: [step for step in steps if step.stage == stage] for stage in stages})


def _behind(
    stage: str | None, line: str, steps: dict[str, list[TraceStep]]
) -> Iterator[tuple[str, TraceStep]]:
    branches = [name for name, own in steps.items() if _after(own[0], steps) == stage]
    for number, name in enumerate(branches, 1):
        first, below = line, line
        if len(branches) > 1:
            last = number == len(branches)
            first, below = line + ("└ " if last else "├ "), line + ("  " if last else "│ ")
        for position, step in enumerate(steps[name]):
            yield (below if position else first), step
        yield from _behind(name, below, steps)


def _after(step: TraceStep, steps: dict[str, list[TraceStep]]) -> str | None:
    return step.after if step.after in steps else None
