"""`docker compose` as far as docs/operations.md uses it, with processes for containers.

A service is the command that docker-compose.yml gives it, run by this Python. A process is kept as
`<service>.<n>.pid`, what it says as `<service>.log`, in the folder `STAND_IN`.
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
#: What a pipeline at work consists of here; Kafka is the one of pip.
WORKERS = ("clean", "entities", "summaries", "jsonl")
KAFKA = "kafka"
#: `restart: always`: what ends is restarted, unless it was told to stop.
ALWAYS = """
trap 'stopping=1; kill "$child"' TERM
while [ -z "$stopping" ]; do "$@" & child=$!; wait "$child"; sleep 0.2; done
wait "$child"
"""


def main(arguments: Sequence[str]) -> None:
    """`docker compose COMMAND ...`; whatever is not known here raises."""
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
    """One process of each service that has none."""
    for service in services:
        if not running(service):
            spawn(service, 1)


def restart(services: list[str]) -> None:
    stop(services)
    start(services)


def up(arguments: list[str]) -> None:
    """`-d`: all of them anew, as after another build; with `--scale SERVICE=N` only what is missing."""
    assert arguments[0] == "-d"
    if arguments[1:2] == ["--scale"]:
        service, _, number = arguments[2].partition("=")
        for one in range(len(running(service)) + 1, int(number) + 1):
            spawn(service, one)
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
    """Start one process, and it anew, beyond the life of this one."""
    command = ["sh", "-c", ALWAYS, service, sys.executable, "-m", "streams", *command_of(service)]
    with (FOLDER / f"{service}.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    (FOLDER / f"{service}.{number}.pid").write_text(str(process.pid))


def command_of(service: str) -> list[str]:
    """What docker-compose.yml gives the service to do."""
    if service == KAFKA:
        port = os.environ["COPYDESK_BOOTSTRAP_SERVERS"].rpartition(":")[2]
        return ["broker", "--port", port, "--data", str(FOLDER / KAFKA)]
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return list(services[service]["command"])


def ended(pid: int) -> None:
    """Wait for a process that is not our child; one that nobody has waited for has ended too."""
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
