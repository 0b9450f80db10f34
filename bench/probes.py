"""What metrics and probes cost a worker: the same records through the loop with and without, in turns.

    python bench/probes.py             3 turns of 4,000 small orders each way, on a Kafka of its own

The work is the toy desk's (none at all), so that the loop itself is what takes the time; it is the parent
process that counts. "Without" has no port, no look at the lag, and a meter that does nothing. "With" is
scraped every second, fifteen times as often as config/prometheus asks for. CPU seconds of the parent count:
on a machine that others use too they vary less than the clock.
"""

import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from streams.broker.node import Broker
from streams.message import Message
from streams.meter import StageMeter
from streams.stage import Done, Fate
from tests.kafka.harness import UnderTest, order, until

ORDERS, TURNS, PORT = 4_000, 3, 19_464
MESSAGE = Message(topic="t", partition=0, offset=0, timestamp=0, key=b"k", value=b"", headers=())


def unmeasured() -> None:
    """Run the command line with a meter that does nothing."""
    from streams.__main__ import main

    for name in ("answered", "published", "acknowledged"):
        setattr(StageMeter, name, lambda *_: None)
    main()


@contextmanager
def worker(toy: UnderTest, *, measured: bool) -> Iterator[psutil.Process]:
    """A worker that is up."""
    toy.environment = {"COPYDESK_PROBES__PORT": str(PORT if measured else 0)}
    program = () if measured else (str(Path(__file__).resolve()), "unmeasured")
    started = toy.start("worker", "toy", program=program)
    until(lambda: "working" in toy.log(len(toy.workers) - 1), "it is up")
    yield psutil.Process(started.pid)
    started.terminate()
    started.wait(30)


def turn(toy: UnderTest, *, measured: bool) -> tuple[float, float]:
    """CPU seconds of the parent, and seconds by the clock, for all orders."""
    with worker(toy, measured=measured) as process:
        toy.publish([order(0)])
        toy.drained()
        before, began = sum(process.cpu_times()[:2]), time.monotonic()
        toy.publish(order(n) for n in range(ORDERS))
        while toy.lag():
            if measured:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics", timeout=10) as answer:
                    answer.read()
            time.sleep(1)
        return sum(process.cpu_times()[:2]) - before, time.monotonic() - began


def of_one_article() -> float:
    """Microseconds of the meter for one article."""
    meter, done = StageMeter("bench"), Done(fate=Fate.SENT, records=(), seconds=0.01)
    began = time.process_time()
    for _ in range(50_000):
        meter.answered()
        meter.acknowledged(MESSAGE, done)
    return (time.process_time() - began) / 50_000 * 1e6


def main() -> None:
    """Print the table."""
    print(f"meter: {of_one_article():.1f} µs an article")
    with tempfile.TemporaryDirectory(prefix="copydesk-probes-") as name:
        folder = Path(name)
        with Broker(folder / "kafka") as node:
            toy = UnderTest(node.bootstrap_servers, "bench", folder / "toy")
            toy.configure(partitions=4)
            toy.create_topics()
            turns = [(turn(toy, measured=True), turn(toy, measured=False)) for _ in range(TURNS)]
            toy.stop()
    for what, index in (("CPU of the parent", 0), ("clock", 1)):
        on, off = (median(one[way][index] for one in turns) for way in (0, 1))
        print(f"{what}: {1000 * on / ORDERS:.3f} ms an article with, {1000 * off / ORDERS:.3f} ms without")
        print("  ratios of the turns:", ", ".join(f"{one[0][index] / one[1][index]:.3f}" for one in turns))


if __name__ == "__main__":
    if sys.argv[1:2] == ["unmeasured"]:
        del sys.argv[1]
        unmeasured()
    else:
        main()
