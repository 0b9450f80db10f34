"""How much memory the clean stage takes for pages of 7.5 MB, measured on a Kafka of its own.

    python bench/large_pages.py            40 pages through `copydesk worker clean`; exit code 1 above 400 MiB
    python bench/large_pages.py --pages 8

Half of the pages are large because of a picture, half because of their text. None compresses well, so each is
nearly as large as `max.message.bytes` (8 MiB) allows. `parent` is the worker's parent process, `pool` its
pool process. Linux only: the peaks are read from /proc.
"""

import argparse
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from streams.local.broker.node import Broker
from tests.hostile.record import HTML, page, story
from tests.support.pipelines.harness import until
from tests.support.pipelines.news import NewsPipeline, Raw

SIZE, MOST = 7_500_000, 400
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/"


def pages(number: int) -> Iterator[Raw]:
    """Different pages of 7.5 MB."""
    for n in range(number):
        noise = "".join(Random(n).choices(LETTERS, k=SIZE - 4_000))
        if n % 2:
            noise = " ".join(noise[at : at + 7] for at in range(0, len(noise), 8))
        body = story(after=f"<p>{noise}</p>" if n % 2 else f'<img src="data:image/jpeg;base64,{noise}">')
        yield Raw(key=f"https://large.example/{n}".encode(), value=page(body).encode(), headers=HTML)


def peak(process: psutil.Process) -> int:
    """The peak memory of a process, in MiB."""
    match = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(match[1]) // 1024 if match else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=40)
    number = parser.parse_args().pages
    with tempfile.TemporaryDirectory(prefix="copydesk-large-") as name, Broker(Path(name) / "kafka") as node:
        pipeline = NewsPipeline(node.bootstrap_servers, "large", Path(name) / "pipeline")
        pipeline.set_up()
        for raw in pages(number):
            pipeline.publish_raw([raw])
        worker = psutil.Process(pipeline.start("worker", "clean").pid)
        began = time.monotonic()
        most: dict[str, int] = {}

        def drained() -> bool:
            for process in [worker, *worker.children()]:
                role = "parent" if process == worker else "pool"
                most[role] = max(most.get(role, 0), peak(process))
            lag = pipeline.lag_of("clean")
            print(f"\r{lag} to go; MiB at most {most} ", end="", file=sys.stderr, flush=True)
            return lag == 0

        until(drained, "all are processed", 900)
        outcomes = {topic: len(pipeline.read(topic)) for topic in ("clean", "discarded", "dead.clean")}
        print(
            f"{number} pages of {SIZE} bytes in {time.monotonic() - began:.0f} s:"
            f" {outcomes}; MiB at most {most}"
        )
        pipeline.stop()
    return int(most["parent"] >= MOST)


if __name__ == "__main__":
    sys.exit(main())
