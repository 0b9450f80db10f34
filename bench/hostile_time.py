"""How long the hostile corpus takes, through all stages: processor time, for each record and for each MB.

    python bench/hostile_time.py              the ten worst of each; exit code 1 above the bound
    python bench/hostile_time.py PATTERN      of the records whose names have the pattern

They are compared with an ordinary article that is repeated up to the length limit: `MOST_TIMES` of
tests/hostile/pace.py limits how much longer a MB of the worst record takes than a MB of that. A record counts
as 0.1 MB at least, because each record has costs that do not depend on its size.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.hostile.chain import measured, names, warmed
from tests.hostile.pace import MOST_TIMES, ORDINARY, Pace, pace

WORST = 10


def line(record: Pace) -> str:
    stages = "  ".join(f"{stage} {seconds:.2f}" for stage, seconds in record.stages.items())
    figures = f"{record.seconds:7.2f} s {record.per_mb:7.2f} s/MB {record.megabytes:7.2f} MB"
    return f"{figures}  {record.name}  ({stages}: {record.outcome})"


def main() -> int:
    workers = warmed()
    pattern = sys.argv[1] if len(sys.argv) > 1 else ""
    report = {name: pace(measured(workers, name)) for name in dict.fromkeys([*names(pattern), ORDINARY])}
    ordinary = report.pop(ORDINARY)
    for title, by in (("longest", "seconds"), ("longest for each MB", "per_mb")):
        print(f"\n{title}:")
        for record in sorted(report.values(), key=lambda each, by=by: -getattr(each, by))[:WORST]:
            print(line(record))
    print(f"\nordinary:\n{line(ordinary)}")
    times = max(record.per_mb for record in report.values()) / ordinary.per_mb
    print(f"\nThe worst MB takes {times:.1f} times as long as an ordinary one; {MOST_TIMES} are allowed.")
    return int(times > MOST_TIMES)


if __name__ == "__main__":
    sys.exit(main())
