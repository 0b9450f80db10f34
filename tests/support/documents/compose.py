"""A stand-in for `docker compose` as far as the runbook uses it, with processes for containers.

A service runs its command from docker-compose.yml with this Python. In the folder `STAND_IN`,
`<service>.<n>.pid` is a process and `<service>.log` the output of a service.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import yaml

from tests.support.places import ROOT

FOLDER = Path(os.environ.get("STAND_IN", "."))
#: The services of a running pipeline. Kafka is the broker from pip.
WORKERS = ("clean", "entities", "summaries", "jsonl")
KAFKA = "kafka"
#: `restart: always`: a process that ends is restarted, unless it was stopped.
ALWAYS = """
trap 'stopping=1; kill "$process"' TERM
while [ -z "$stopping" ]; do "$@" & process=$!; wait "$process"; sleep 0.2; done
wait "$process"
"""


def main(arguments: Sequence[str]) -> None:
    """`docker compose COMMAND ...`. Commands that are not known here raise."""
    assert arguments[0] == "compose"
    command, *rest = arguments[1:]
    commands: dict[str, Callable[[list[str]], None]] = {
        "stop": stop,
        "start": start,
        "restart": restart,
        "up": up,
        "ps": ps,
        "logs": logs,
        "build": lambda _: None,
    }
    commands[command](rest)


def stop(services: list[str]) -> None:
    """SIGTERM to all processes of the services, and wait until they have ended."""
    paths = [path for service in services for path in running(service)]
    for path in paths:
        os.kill(int(path.read_text()), signal.SIGTERM)
    for path in paths:
        ended(int(path.read_text()))
        path.unlink()


def start(services: list[str]) -> None:
    """Start one process of each service that has none."""
    for service in services:
        if not running(service):
            spawn(service, 1)


def restart(services: list[str]) -> None:
    stop(services)
    start(services)


def up(arguments: list[str]) -> None:
    """`-d` restarts all services, as after a build; with `--scale SERVICE=N` only missing processes start."""
    assert arguments[0] == "-d"
    if arguments[1:2] == ["--scale"]:
        service, _, count = arguments[2].partition("=")
        for number in range(len(running(service)) + 1, int(count) + 1):
            spawn(service, number)
        return
    stop(list(WORKERS))
    start(list(WORKERS))


def ps(_: list[str]) -> None:
    for path in sorted(FOLDER.glob("*.pid")):
        print(path.stem, "running" if psutil.pid_exists(int(path.read_text())) else "exited")


def logs(arguments: list[str]) -> None:
    """`--tail N SERVICE`."""
    assert arguments[0] == "--tail"
    print("\n".join((FOLDER / f"{arguments[2]}.log").read_text().splitlines()[-int(arguments[1]) :]))


def running(service: str) -> list[Path]:
    return sorted(FOLDER.glob(f"{service}.*.pid"))


def spawn(service: str, number: int) -> None:
    """Start a process that is restarted when it ends, and outlives this one."""
    command = ["sh", "-c", ALWAYS, service, sys.executable, "-m", "streams", *command_of(service)]
    with (FOLDER / f"{service}.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    (FOLDER / f"{service}.{number}.pid").write_text(str(process.pid))


def command_of(service: str) -> list[str]:
    """The command of the service in docker-compose.yml."""
    if service == KAFKA:
        port = os.environ["COPYDESK_BOOTSTRAP_SERVERS"].rpartition(":")[2]
        return ["broker", "--port", port, "--data", str(FOLDER / KAFKA)]
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return list(services[service]["command"])


def ended(pid: int) -> None:
    """Wait for a process that another process started. A zombie has ended, too."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            try:
                process.wait(0.1)
            except psutil.TimeoutExpired:
                continue
            return
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main(sys.argv[1:])
