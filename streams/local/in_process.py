"""The same stages without Kafka, in this process: the same bytes, and no process to start.

Nothing ends an article that takes too long, and one that ends its process ends this one.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from streams.core.message import Message
from streams.core.stage import Failure, Processed, Retry, Stage
from streams.errors import Unavailable
from streams.local.walk import OfflineResult, Step, walk
from streams.runtime.work.pool_process import StageWorker, load_work, size_failure
from streams.settings import Settings


class LoadedStages:
    """The work of all stages, loaded. It may be used by several threads; they take turns."""

    def __init__(self, settings: Settings, stages: Sequence[Stage]) -> None:
        """Load the work. Raises `CannotStart`."""
        self._stages = stages
        self._most = {stage.name: settings.for_stage(stage.name).article_bytes for stage in stages}
        self._lock = threading.Lock()
        with _same_environment():
            self._workers = {stage.name: _load(stage, settings) for stage in stages}

    def results(self, message: Message) -> list[OfflineResult]:
        """The results of one article, one for each place where its way ends. Raises `Unavailable`."""
        steps = walk(self._stages, message)
        with self._lock:
            try:
                step = next(steps)
                while True:
                    step = steps.send(self._result(step))
            except StopIteration as end:
                results: list[OfflineResult] = end.value
                return results

    def _result(self, step: Step) -> Processed | Failure:
        stage, message = step
        if failure := size_failure(message, self._most[stage.name]):
            return failure
        result = self._workers[stage.name].handle(message)
        if isinstance(result, Retry):
            raise Unavailable(result.message)
        return result


def _load(stage: Stage, settings: Settings) -> StageWorker:
    own = settings.for_work(stage.name)
    return StageWorker(stage, load_work(stage, own), own, not_handled=(KeyboardInterrupt,))


@contextmanager
def _same_environment() -> Iterator[None]:
    """Undo what the work does to the environment: libraries read it when they are loaded, and not later."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)
