"""How much time a MB of a record takes in all stages."""

import json
from dataclasses import dataclass

from tests.hostile.corpus import CORPUS

#: To compare with: prose as long as the text in which names are searched for.
ORDINARY = "an ordinary article"
#: How many times as long as an ordinary MB the worst MB may take. Measured: 1.5.
MOST_TIMES = 5
#: A smaller record counts as this many MB.
LEAST = 0.1


@dataclass(frozen=True, kw_only=True)
class Pace:
    """Processor time of a record by stage. `outcome`: its last outcome, or the reason of it."""

    name: str
    megabytes: float
    stages: dict[str, float]
    outcome: str

    @property
    def seconds(self) -> float:
        """Processor time of all stages."""
        return sum(self.stages.values())

    @property
    def per_mb(self) -> float:
        """Processor time per MB of the value."""
        return self.seconds / max(self.megabytes, LEAST)


def pace(report: bytes) -> Pace:
    """The times in a line of tests.hostile.chain."""
    record = json.loads(report)
    last = record["passages"][-1]
    return Pace(
        name=record["name"],
        megabytes=len(CORPUS[record["name"]]().value) / 1e6,
        stages={passage["stage"]: passage["seconds"] for passage in record["passages"]},
        outcome=last["reason"] or last["outcome"],
    )
