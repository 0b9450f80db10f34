"""How pool processes are started: as new interpreters that do not import the program that uses them.

Python's own `spawn` runs the main program again in each process, so that a script or notebook would have to
protect its code by `if __name__ == "__main__"`. Pool processes need nothing of it: all that they run is
imported by name.
"""

import threading
from collections.abc import Callable
from multiprocessing import spawn
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any

#: Where Python describes the main program to a new process.
MAIN_PROGRAM = ("init_main_from_name", "init_main_from_path")

_starting = threading.local()


class PoolProcess(SpawnProcess):
    """A process without the main program."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - Python's name
        _starting.pool_process = True
        try:
            return SpawnProcess._Popen(process_obj)
        finally:
            _starting.pool_process = False


class PoolContext(SpawnContext):
    """`multiprocessing.get_context("spawn")`, with such processes."""

    Process = PoolProcess


def _without_main_program(original: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """Python's function, changed only for threads that are starting a pool process."""

    def preparation_data(name: str) -> dict[str, Any]:
        data = original(name)
        if getattr(_starting, "pool_process", False):
            return {key: value for key, value in data.items() if key not in MAIN_PROGRAM}
        return data

    return preparation_data


# Nothing of a process or a context leads to this function: it must be replaced where Python calls it.
spawn.get_preparation_data = _without_main_program(spawn.get_preparation_data)  # type: ignore[assignment]  # wrapped
