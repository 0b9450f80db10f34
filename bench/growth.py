"""Whether a process grows: the slope of its memory samples, fitted so that single peaks do not count.

The slope is that of Theil and Sen: the median of the slopes between all pairs of samples.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import median
from typing import Any

#: Seconds since the start, MiB of RSS, and MiB of the process's own memory.
Sample = tuple[float, float, float]
#: Samples count only after this share of the run: caches fill at first.
WARM = 1 / 3
#: "At 10 min": by then everything is loaded.
EARLY_SECONDS = 600.0
#: A process grows if its slope is above this limit, and it has gained more than noise.
LIMIT_MIB_AN_HOUR, NOISE_MIB = 6.0, 2.0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """MiB of its own memory early and at the end, RSS at the end, and MiB an hour."""

    process: str
    early: float
    end: float
    rss: float
    slope: float
    rss_slope: float
    grows: bool

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def judged(samples: Mapping[str, Sequence[Sample]]) -> list[Verdict]:
    """A verdict for each process with at least three samples in the warm part."""
    return [_judged(name, own) for name, own in samples.items() if len(_warm(own)) > 2]


def slope(points: Iterable[tuple[float, float]]) -> float:
    """Per unit of the first coordinate. 0 for fewer than two points."""
    slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 > x1]
    return median(slopes) if slopes else 0.0


def markdown(verdicts: Iterable[Verdict]) -> str:
    head = (
        "| process | own memory early, MiB | at the end | MiB/h | RSS at the end | MiB/h | verdict |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
    )
    return head + "".join(
        f"| {each.process} | {each.early:.1f} | {each.end:.1f} | {each.slope:+.1f} | {each.rss:.1f}"
        f" | {each.rss_slope:+.1f} | {'GROWS' if each.grows else 'level'} |\n"
        for each in verdicts
    )


def _judged(name: str, samples: Sequence[Sample]) -> Verdict:
    warm = _warm(samples)
    own, rss = (3600 * slope((sample[0], sample[at]) for sample in warm) for at in (2, 1))
    gained = own * (warm[-1][0] - warm[0][0]) / 3600
    early = next((sample for sample in samples if sample[0] >= EARLY_SECONDS), warm[0])
    return Verdict(
        process=name,
        early=early[2],
        end=samples[-1][2],
        rss=samples[-1][1],
        slope=own,
        rss_slope=rss,
        grows=own > LIMIT_MIB_AN_HOUR and gained > NOISE_MIB,
    )


def _warm(samples: Sequence[Sample]) -> list[Sample]:
    return [sample for sample in samples if sample[0] >= WARM * samples[-1][0]]
