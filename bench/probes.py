"""What metrics and probes cost a worker: their share of its processor time in a run.

    python bench/probes.py             20,000 small orders through the toy pipeline, on a Kafka of its own

The stage does no work, so the parent process only runs the loop, and the share is the greatest possible. The
worker is scraped every second, fifteen times as often as in config/prometheus. On a busy machine two runs,
with and without probes, differ by more than the cost. So counting, looking at the lag and answering are
clocked in the same run, each by the processor time of its thread.
"""

import atexit
import json
import os
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from streams.local.broker.node import Broker
from streams.monitoring.recorder import StageMeter
from streams.monitoring.server import Probes
from tests.support.pipelines.harness import UnderTest, order, until

ORDERS, PORT = 20_000, 19_464


class Clocked:
    """The command line of a worker, clocked. The times are written to BENCH_RESULT at its end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.articles = 0
        self.began = 0.0

    def run(self) -> None:
        from streams.__main__ import main

        for name in ("answered", "published", "acknowledged"):
            setattr(StageMeter, name, self._timed("counting", getattr(StageMeter, name)))
        Probes._answer = self._timed("answering", Probes._answer)  # type: ignore[method-assign]  # clocked in place
        atexit.register(self._write)
        main()

    def _timed(self, activity: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:
            began = time.thread_time()
            self.began = self.began or time.process_time()
            self.articles += function.__name__ == "acknowledged"
            try:
                return function(*arguments)
            finally:
                self.seconds[activity] += time.thread_time() - began

        return timed

    def _write(self) -> None:
        names = {thread.native_id: thread.name for thread in threading.enumerate()}
        for thread in psutil.Process().threads():
            # The threads of kafka-python, which only the lag uses: Faust uses aiokafka.
            if names.get(thread.id, "").startswith(("lag", "kafka-io")):
                self.seconds["looking"] += thread.user_time + thread.system_time
        total = time.process_time() - self.began
        result = {"articles": self.articles, "total": total, **self.seconds}
        Path(os.environ["BENCH_RESULT"]).write_text(json.dumps(result))


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="copydesk-probes-") as name:
        folder = Path(name)
        with Broker(folder / "kafka") as node:
            toy = UnderTest(node.bootstrap_servers, "bench", folder / "toy")
            toy.configure(partitions=4)
            toy.create_topics()
            toy.environment = {"COPYDESK_PROBES__PORT": str(PORT), "BENCH_RESULT": str(folder / "result")}
            toy.publish(order(n) for n in range(ORDERS))
            worker = toy.start(program=[str(Path(__file__).resolve()), "clocked"])
            until(lambda: "working" in toy.log(), "it is up", 120)
            began = time.monotonic()
            while toy.lag():
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=60) as answer:
                    answer.read()
                time.sleep(1)
            seconds = time.monotonic() - began
            worker.terminate()
            worker.wait(60)
            toy.stop()
            report(json.loads((folder / "result").read_text()), seconds)


def report(times: dict[str, float], seconds: float) -> None:
    articles, total = times.pop("articles"), times.pop("total")
    print(f"{articles:.0f} articles in {seconds:.0f} s; the parent took {total:.1f} s of processor time")
    for activity, part in (*times.items(), ("together", sum(times.values()))):
        print(
            f"  {activity:10} {part:6.2f} s  {part / total:6.2%}  {1e6 * part / articles:6.1f} µs an article"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["clocked"]:
        del sys.argv[1]
        Clocked().run()
    else:
        main()
