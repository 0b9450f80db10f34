"""What samples of memory say of a process: its slope, fitted so that single peaks do not count.

The slope is that of Theil and Sen: the median of the slopes between all pairs of samples.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from statistics import median
from typing import Any

#: Seconds since the start; MiB in all (RSS), and the process's own.
Sample = tuple[float, float, float]
#: Only what comes later than this share of the run counts: caches fill at first.
WARM = 1 / 3
#: "At 10 min": by then all that is loaded is loaded.
EARLY_SECONDS = 600.0
#: A process grows where it would gain more than this in an hour, and has gained more than noise.
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
    """Each process that was seen at least three times in the warm part."""
    return [_judged(name, some) for name, some in samples.items() if len(_warm(some)) > 2]


def slope(points: Iterable[tuple[float, float]]) -> float:
    """Per unit of the first coordinate. 0 for fewer than two points."""
    found = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 > x1]
    return median(found) if found else 0.0


def markdown(verdicts: Iterable[Verdict]) -> str:
    head = (
        "| process | own memory early, MiB | at the end | MiB/h | RSS at the end | MiB/h | verdict |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |\n"
    )
    return head + "".join(
        f"| {one.process} | {one.early:.1f} | {one.end:.1f} | {one.slope:+.1f} | {one.rss:.1f}"
        f" | {one.rss_slope:+.1f} | {'GROWS' if one.grows else 'level'} |\n"
        for one in verdicts
    )


def _judged(name: str, samples: Sequence[Sample]) -> Verdict:
    warm = _warm(samples)
    own, rss = (3600 * slope((one[0], one[at]) for one in warm) for at in (2, 1))
    gained = own * (warm[-1][0] - warm[0][0]) / 3600
    early = next((one for one in samples if one[0] >= EARLY_SECONDS), warm[0])
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
    return [one for one in samples if one[0] >= WARM * samples[-1][0]]
