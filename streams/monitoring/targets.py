"""For `copydesk up`: a port for the probes of each process, and their list for Prometheus."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Self

import orjson

from streams.errors import CannotStart
from streams.monitoring.server import Probes, ProbeState, address_of, free_ports, serve
from streams.settings import ProbesSettings


class Targets:
    """The first port is for this process, the ports behind it are for the other processes.

    The list is written for `file_sd_configs` and deleted at the end, so that processes that were stopped on
    purpose raise no alarm.
    """

    def __init__(self, settings: ProbesSettings, state: ProbeState, names: Iterable[str]) -> None:
        self._settings, self._state, self._names = settings, state, tuple(names)
        self._ports: dict[str, int] = {}
        self._probes: Probes | None = None

    def __enter__(self) -> Self:
        self._probes = serve(self._settings, self._state)
        first = self._settings.port + 1 if self._probes is None else self._probes.port + 1
        ports = free_ports(self._settings, first, len(self._names)) if self._settings.port else []
        self._ports = dict(zip(self._names, ports, strict=False))
        if self._settings.targets:
            _write(self._settings.targets, self._addresses())
        return self

    def __exit__(self, *_: object) -> None:
        if self._probes is not None:
            self._probes.stop()
        if self._settings.targets:
            self._settings.targets.unlink(missing_ok=True)

    def environment(self, name: str) -> dict[str, str]:
        """The environment that sets the port of a process; 0 if there is none for it."""
        return {"COPYDESK_PROBES__PORT": str(self._ports.get(name, 0))}

    def addresses(self) -> dict[str, str]:
        """Process → `host:port` of its probes; without those that have no port."""
        return {name: address_of(self._settings.host, port) for name, port in self._ports.items()}

    def summary(self) -> str:
        if not self._ports:
            return "no probes: probes.port is 0, or no port is free"
        each = ", ".join(f"{name} {port}" for name, port in self._ports.items())
        own = f"this process at {self._probes.address}; " if self._probes else ""
        return f"/metrics, /healthz, /readyz: {own}{each}"

    def _addresses(self) -> list[str]:
        own = [] if self._probes is None else [self._probes.port]
        return [address_of(self._settings.host, port) for port in (*own, *self._ports.values())]


def _write(path: Path, targets: list[str]) -> None:
    """Atomically: Prometheus reads the file whenever it changes."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(orjson.dumps([{"targets": targets}], option=orjson.OPT_INDENT_2))
        unfinished.replace(path)
    except OSError as error:
        raise CannotStart(f"probes.targets: {path} cannot be written: {error.strerror}") from error
