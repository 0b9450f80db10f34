"""How much time a MB of a record takes, through all stages."""

import json
from dataclasses import dataclass

from tests.hostile.corpus import CORPUS

#: The yardstick: prose as long as names are looked for.
ORDINARY = "an ordinary article"
#: How many times as long as an ordinary MB the worst one may take. Measured: 1.5.
MOST_TIMES = 5
#: A smaller record counts as so large.
LEAST = 0.1


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Processor time of a record, by stage. `outcome`: what it ended as."""

    name: str
    megabytes: float
    stages: dict[str, float]
    outcome: str

    @property
    def seconds(self) -> float:
        """Of all stages."""
        return sum(self.stages.values())

    @property
    def per_mb(self) -> float:
        """For each MB of its value."""
        return self.seconds / max(self.megabytes, LEAST)


def pace(report: bytes) -> Pace:
    """What a line of tests.hostile.chain says of time."""
    told = json.loads(report)
    last = told["passages"][-1]
    return Pace(
        name=told["name"],
        megabytes=len(CORPUS[told["name"]]().value) / 1e6,
        stages={one["stage"]: one["seconds"] for one in told["passages"]},
        outcome=last["reason"] or last["outcome"],
    )
