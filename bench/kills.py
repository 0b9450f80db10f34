"""Kill -9 in mid-flow, counted: what is lost, what is repeated, and whether the repeats are equal.

    python bench/kills.py                    each stage's parent twice, while 1,000 pages flow
    python bench/kills.py --broker           the broker too, twice, started again on its data
    python bench/kills.py --pages FILE.jsonl pages of your own (default: the samples, over and over)

Exit code 1 if anything is lost, a repeat has other bytes, or a process is left over.
"""

import argparse
import itertools
import json
import operator
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from streams import client
from streams.admin import create_topics
from streams.broker.node import Broker
from streams.desk import Desk, load_desk
from streams.inputs import Reading, find_sources, read_sources
from streams.publishing import publish
from streams.scan import extents, scan
from streams.settings import Settings, load_settings
from streams.status import read_status
from streams.supervisor import Supervisor, environment

PATIENCE_SECONDS = 300


def main() -> int:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--broker", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="copydesk-kills-") as name:
        folder = Path(name)
        source = folder / "pages.jsonl"
        source.write_text("".join(json.dumps(one) + "\n" for one in numbered(given.pages, given.count)))
        with Broker(folder / "kafka") as node:
            settings = load_settings(bootstrap_servers=node.bootstrap_servers, partitions=6)
            return run(settings, load_desk(settings), node, source, folder, kill_broker=given.broker)


def numbered(pages: Path | None, count: int) -> Iterator[dict[str, Any]]:
    """`count` articles with an URL of their own each."""
    if pages:
        known = [json.loads(line) for line in pages.open(encoding="utf-8")]
    else:
        samples = Path(__file__).parent.parent / "agents" / "samples"
        known = [
            {"url": f"https://sample.example/{page.stem}", "html": page.read_text("utf-8", "replace")}
            for page in sorted(samples.glob("*.html"))
        ]
    for number, page in zip(range(count), itertools.cycle(known), strict=False):
        yield {**page, "url": f"{page['url']}{'&' if '?' in page['url'] else '?'}copy={number}"}


def run(
    settings: Settings, desk: Desk, node: Broker, source: Path, folder: Path, *, kill_broker: bool
) -> int:
    """Publish, kill, wait, count."""
    create_topics(settings, desk.all_topics())
    supervisor = Supervisor({**environment(settings), "COPYDESK_PROBES__PORT": "0"}, 30, output=folder)
    for stage in desk.stages:
        supervisor.start(stage.name, ["worker", stage.name])
    began = time.monotonic()
    report = publish(
        settings,
        desk.stages[0].reads.full_name(settings.prefix),
        read_sources(find_sources([str(source)], Reading()), Reading()),
        refuse=print,
    )
    seen: set[psutil.Process] = set()
    killed = killings(settings, desk, supervisor, node, report.published, seen, kill_broker=kill_broker)
    wait(settings, desk, supervisor, seen, lambda waiting: waiting == 0)
    seconds = time.monotonic() - began
    supervisor.stop()
    _, left = psutil.wait_procs(list(seen), timeout=10)
    return tell(settings, desk, report.published, killed, left, seconds)


def killings(
    settings: Settings,
    desk: Desk,
    supervisor: Supervisor,
    node: Broker,
    count: int,
    seen: set[psutil.Process],
    *,
    kill_broker: bool,
) -> list[str]:
    """Kill each stage's parent twice (and the broker), each at its own share of the way."""
    victims = [stage.name for stage in desk.stages] * 2
    if kill_broker:
        victims = [*victims[:3], "broker", *victims[3:], "broker"]
    for turn, victim in enumerate(victims):
        share = count * (len(victims) - turn) // (len(victims) + 1)
        wait(settings, desk, supervisor, seen, partial(operator.ge, share))
        if victim == "broker":
            node.kill()
            node.start()
        elif (process := supervisor.children[victim].process) is not None:
            process.kill()
    return victims


def wait(
    settings: Settings,
    desk: Desk,
    supervisor: Supervisor,
    seen: set[psutil.Process],
    enough: Callable[[int], bool],
) -> None:
    """Until `enough` of the pages waiting, by the account."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        supervisor.look()
        for child in supervisor.children.values():
            if child.process is not None and child.process.poll() is None:
                seen.update(psutil.Process(child.process.pid).children(recursive=True))
        account = read_status(settings, desk, with_account=True).account
        if account and enough(account.waiting):
            return
        time.sleep(0.2)
    raise SystemExit(f"pages are stuck: {account}")


def tell(
    settings: Settings, desk: Desk, published: int, killed: list[str], left: list[Any], seconds: float
) -> int:
    """Print what was counted; the exit code."""
    account = read_status(settings, desk, with_account=True).account
    assert account is not None
    lost = published - account.finished - sum(account.discarded.values()) - sum(account.dead.values())
    print(f"{published} pages, kill -9 of {dict(Counter(killed))}, {seconds:.0f} s")
    print(f"finished {account.finished}, discarded {dict(account.discarded)}, dead {dict(account.dead)}")
    print(f"lost {lost}, processes left over {len(left)}")
    unequal = 0
    for stage in desk.stages:
        repeats, other = repeated(settings, stage.writes.full_name(settings.prefix))
        unequal += other
        print(f"{stage.writes.name:10} repeated {repeats}, of these with other bytes {other}")
    return 1 if lost or unequal or left or account.dead else 0


def repeated(settings: Settings, topic: str) -> tuple[int, int]:
    """Records of a topic whose `ce_id` came before, and how many of these have another value."""
    values: dict[bytes, list[bytes | None]] = defaultdict(list)
    with client.consumer(settings) as reader:
        for record in scan(reader, extents(reader, [topic])):
            values[dict(record.headers)["ce_id"]].append(record.value)
    repeats = sum(len(one) - 1 for one in values.values())
    return repeats, sum(len(set(one)) > 1 for one in values.values())


if __name__ == "__main__":
    sys.exit(main())
