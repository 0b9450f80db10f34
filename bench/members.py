"""What Faust costs a worker compared with aiokafka alone: the same records and the same loop, in turns.

    python bench/members.py                        20,000 small orders, three rounds of each
    python bench/members.py --records 5000 --rounds 1

`reading` acknowledges each record at once. `stage` is a complete stage without work: its pool processes do
nothing and give a result for each record. On a busy machine the rates of two runs differ by more than the
cost, so the members take turns, and the ratio of the medians counts. The processor time is that of all
threads of the parent process; the first tenth of the records only warms it up.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from streams.local.broker.node import Broker
from tests.support.pipelines.harness import UnderTest, order, until

MEMBERS, KINDS = ("faust", "plain"), ("reading", "stage")
WARM_UP, PATIENCE_SECONDS = 0.1, 600.0


class Clock:
    """Counts records. At the last it writes the times, and ends the process by SIGTERM."""

    def __init__(self, records: int, file: Path) -> None:
        self._records, self._file = records, file
        self._count = 0
        self._began = (0.0, 0.0)

    def count(self) -> None:
        self._count += 1
        if self._count == int(WARM_UP * self._records):
            self._began = time.monotonic(), time.process_time()
        if self._count == self._records:
            self._write()
            os.kill(os.getpid(), signal.SIGTERM)

    def _write(self) -> None:
        records = self._records - int(WARM_UP * self._records)
        seconds = time.monotonic() - self._began[0]
        processor = time.process_time() - self._began[1]
        self._file.write_text(json.dumps({"rate": records / seconds, "micros": 1e6 * processor / records}))


def work(member: str, kind: str, records: int) -> None:
    """Be a worker, in a process of its own."""
    from streams import logs
    from streams.core.pipeline import load_pipeline
    from streams.runtime.faust_app import App
    from streams.settings import load_settings
    from tests.support.kafka.plain_member import PlainMember

    settings = load_settings()
    logs.configure(settings)
    clock = Clock(records, Path(os.environ["BENCH_RESULT"]))
    run = read_only if kind == "reading" else run_stage
    run(settings, load_pipeline(settings), {"faust": App, "plain": PlainMember}[member], clock)


def run_stage(settings: Any, pipeline: Any, join: Any, clock: Clock) -> None:
    """The toy stage, without any action."""
    from streams.monitoring.recorder import StageMeter
    from streams.runtime.stage_process import run_worker

    acknowledged = StageMeter.acknowledged

    def counted(*arguments: Any) -> None:
        acknowledged(*arguments)
        clock.count()

    StageMeter.acknowledged = counted  # type: ignore[assignment, method-assign]  # clocked in place
    run_worker(settings, pipeline, pipeline.stages[0], join=join)


def read_only(settings: Any, pipeline: Any, join: Any, clock: Clock) -> None:
    """A loop that only acknowledges."""
    from streams.core.stage import take_all
    from streams.runtime.process import Process
    from tests.support.kafka.member import IdleLoop

    class Reading(IdleLoop):
        async def submit(self, event: Any) -> None:
            event.ack()
            clock.count()

    topic = pipeline.stages[0].reads.full_name
    process = Process(settings, settings.worker, group=f"{topic}.reads", topic=topic, sink="reads", join=join)
    process.run(lambda _: Reading(), take_all, writes=False)


def measured(bootstrap: str, folder: Path, member: str, kind: str, records: int) -> dict[str, float]:
    """A worker with its own topics."""
    toy = UnderTest(bootstrap, folder.name, folder)
    toy.configure(pool_processes=2, partitions=4)
    toy.create_topics()
    result = folder / "result"
    toy.environment["BENCH_RESULT"] = str(result)
    toy.publish(order(number) for number in range(records))
    worker = toy.start(member, kind, str(records), program=[str(Path(__file__).resolve()), "worker"])
    until(lambda: worker.poll() is not None, f"{member} has read {records} records", PATIENCE_SECONDS)
    if not result.exists():
        raise SystemExit(f"{member}, {kind}: it ended with {worker.returncode}:\n{toy.log()}")
    numbers: dict[str, float] = json.loads(result.read_text())
    return numbers


def main() -> None:
    """Measure, and print a line for each kind and member."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="copydesk-members-") as name,
        Broker(Path(name) / "kafka") as node,
    ):
        for kind in KINDS:
            runs: dict[str, list[dict[str, float]]] = defaultdict(list)
            for turn in range(options.rounds):
                for member in MEMBERS if turn % 2 == 0 else reversed(MEMBERS):
                    folder = Path(name) / f"{kind}-{member}-{turn}"
                    runs[member].append(
                        measured(node.bootstrap_servers, folder, member, kind, options.records)
                    )
            print_table(kind, runs)


def print_table(kind: str, runs: dict[str, list[dict[str, float]]]) -> None:
    """The medians, and those of aiokafka as a share of Faust's."""
    medians = {
        member: {name: median(run[name] for run in members_runs) for name in ("rate", "micros")}
        for member, members_runs in runs.items()
    }
    for member, numbers in medians.items():
        print(
            f"{kind:8} {member:6} {numbers['rate']:8.0f} records/s {numbers['micros']:7.0f} µs of the parent"
        )
    ratio = {name: medians["plain"][name] / medians["faust"][name] for name in ("rate", "micros")}
    print(f"{kind:8} plain / faust: {ratio['rate']:.2f} of the rate, {ratio['micros']:.2f} of the time")


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        work(sys.argv[2], sys.argv[3], int(sys.argv[4]))
    else:
        main()
