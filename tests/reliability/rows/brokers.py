"""Faults of Kafka, and of the connection to it."""

import os
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from streams.local.broker.configuration import Listener
from streams.local.broker.node import Broker
from streams.local.broker.ports import free_ports
from tests.reliability.proxy import Proxy
from tests.reliability.row import Fault
from tests.reliability.running import Running
from tests.reliability.watched import RowError

NO_MOUNT = "mounting a small disk needs root, or: unshare -rm make faults"


def kill_kafka(run: Running) -> None:
    """Kill all nodes of Kafka at once, one or three, three times."""
    for _ in run.along(range(3), 0.1, 0.25):
        run.kafka.kill()
        run.kafka.start()
        run.recovers("clean")
    run.happened.append("killed 3 times")


def kill_in_turn(run: Running) -> None:
    """Kill each of three brokers, while the other two continue."""
    for node in run.along(run.kafka.nodes, 0.1, 0.25):
        node.kill()
        run.recovers("clean")
        node.start()
    run.happened.append("3 brokers killed, one after the other")


def stop_for_a_minute(run: Running) -> None:
    """Longer than the workers retry: they exit, and cannot start until Kafka is back."""
    run.until_written("clean", 0.3)
    before = run.restarts()
    run.kafka.stop()
    time.sleep(60)
    run.kafka.start()
    run.recovers("clean")
    restarts = run.restarts() - before
    if not restarts:
        raise RowError("no process noticed the outage")
    run.happened.append(f"no broker for 60 s; {restarts} restarts of processes")


def through_a_proxy(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """The pipeline reaches Kafka only through a proxy; the row reaches it directly."""
    port, _ = free_ports(0)
    proxy = stack.enter_context(Proxy(port))
    listener = Listener(name="PROXIED", port=port, advertised=proxy.port)
    kafka = stack.enter_context(Broker(folder / "kafka", listeners=[listener]))
    return {"kafka": kafka, "bootstrap": f"127.0.0.1:{proxy.port}", "proxy": proxy}


def slow_down(run: Running) -> None:
    """100 ms each way."""
    run.until_written("clean", 0.2)
    run.proxy.latency = 0.1
    run.until_written("clean", 0.6)
    run.proxy.latency = 0.0
    run.recovers("clean")
    if not run.proxy.held:
        raise RowError("no packet was delayed")
    run.happened.append(f"{run.proxy.held:,} packets delayed by 0.1 s")


def reset(run: Running) -> None:
    """Break all connections, ten times."""
    for _ in run.along(range(10), 0.05, 0.08):
        before = run.proxy.resets
        run.proxy.reset()
        run.until(lambda before=before: run.proxy.resets > before, "a connection is broken", 10)
        run.recovers("clean")
    run.happened.append(f"{run.proxy.resets} connections broken")


def swallow(run: Running) -> None:
    """Let nothing pass for 15 s, which is longer than the session."""
    run.until_written("clean", 0.3)
    _cut(run, up=False, down=False)
    run.happened.append(f"nothing passed for 15 s; {run.proxy.held} packets waited")


def half_open(run: Running) -> None:
    """Let requests arrive, but no answers, for 15 s."""
    run.until_written("clean", 0.3)
    _cut(run, up=True, down=False)
    run.happened.append(f"no answer passed for 15 s; {run.proxy.held} packets waited")


def unresponsive_to_records(run: Running) -> None:
    """Hold back records, but nothing else, for longer than the workers retry."""
    run.until_written("clean", 0.3)
    before = run.restarts()
    run.proxy.producing = False
    run.until_still("clean", 8)
    run.proxy.producing = True
    run.recovers("clean")
    restarts = run.restarts() - before
    if not restarts:
        raise RowError("no process noticed the fault")
    run.happened.append(f"no record arrived; {restarts} restarts of processes")


def on_a_small_disk(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """Put Kafka's folder on a file system of 400 MB, in memory."""
    if os.geteuid() != 0:
        raise RowError(NO_MOUNT)
    disk = folder / "kafka"
    disk.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)]
    result = subprocess.run(mount, capture_output=True, text=True, check=False)
    if result.returncode:
        raise RowError(f"{NO_MOUNT} ({result.stderr.strip()})")
    # Lazily, so that the folder can be removed even if a process still has a file open in it.
    stack.callback(subprocess.run, ["umount", "-l", str(disk)], check=False)
    return {"kafka": stack.enter_context(Broker(disk))}


def fill_disk(run: Running) -> None:
    """Fill the disk until Kafka has exited."""
    run.until_written("clean", 0.3)
    balloon = run.folder.parent / "kafka" / "balloon"
    with suppress(OSError), balloon.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))
    run.until(lambda: not run.kafka.alive, "Kafka exits", 120)
    balloon.unlink()
    run.kafka.start()
    run.recovers("clean")
    run.happened.append("Kafka exited because its disk was full")


def _cut(run: Running, *, up: bool, down: bool) -> None:
    before = run.proxy.held
    run.proxy.upwards, run.proxy.downwards = up, down
    time.sleep(15)
    run.proxy.upwards = run.proxy.downwards = True
    if run.proxy.held == before:
        raise RowError("nothing was held back")
    run.recovers("clean")


FAULTS = (
    Fault(name="broker-kill", description="kill -9 of the only broker, 3 times", strike=kill_kafka),
    Fault(name="broker-away", description="the only broker stopped for 60 s", strike=stop_for_a_minute),
    Fault(
        name="brokers-in-turn", description="3 brokers: kill -9 of each in turn", strike=kill_in_turn, nodes=3
    ),
    Fault(
        name="brokers-in-turn-real",
        description="the same, with the real models",
        strike=kill_in_turn,
        nodes=3,
        real=True,
    ),
    Fault(
        name="brokers-at-once",
        description="3 brokers: kill -9 of all at once, 3 times",
        strike=kill_kafka,
        nodes=3,
    ),
    Fault(
        name="disk-full",
        description="the broker's disk is full, then freed",
        strike=fill_disk,
        around=on_a_small_disk,
    ),
    Fault(name="latency", description="0.1 s each way to Kafka", strike=slow_down, around=through_a_proxy),
    Fault(
        name="reset", description="every connection broken, 10 times", strike=reset, around=through_a_proxy
    ),
    Fault(
        name="black-hole",
        description="nothing passes to or from Kafka",
        strike=swallow,
        around=through_a_proxy,
    ),
    Fault(
        name="records-held",
        description="records do not reach Kafka, everything else does",
        strike=unresponsive_to_records,
        around=through_a_proxy,
        worker={"unavailable_seconds": 5},
    ),
    Fault(
        name="half-open",
        description="requests reach Kafka, its answers do not arrive",
        strike=half_open,
        around=through_a_proxy,
    ),
)
