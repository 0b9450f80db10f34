"""Process pages without Kafka: one in this process, or many in pool processes."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import cache
from types import TracebackType
from typing import Any, Protocol, Self

from copydesk.outcomes import Finished, Outcome, outcome_of
from copydesk.pages import HTML, Page
from streams.core.message import Message
from streams.core.pipeline import load_pipeline
from streams.core.stage import Stage
from streams.errors import ConfigError
from streams.local.in_process import LoadedStages
from streams.local.walk import OfflineResult
from streams.settings import Settings, load_settings

Results = Future[list[OfflineResult]]


def process(
    content: bytes | str | Page,
    url: str | None = None,
    *,
    feed: str | None = None,
    fetched_at: str | datetime | None = None,
    content_type: str = HTML,
) -> Finished:
    """The finished article of a page, made in this process. The arguments are a `Page`, or those of one.

    The first call loads the stages, with the settings of this folder (`config/copydesk.toml`) and of the
    environment; they stay loaded. Raises `NotFinished`: `Discarded` or `Dead`; `ConfigError` where the URL is
    not known; `CannotStart` where a stage cannot be loaded.
    """
    if isinstance(content, Page):
        page = content
    else:
        page = Page(content, url, feed=feed, fetched_at=fetched_at, content_type=content_type)
    outcomes = list(_in_this_process().process([page]))
    if len(outcomes) != 1:
        raise ConfigError("this pipeline makes several records of a page: use `Pipeline`, which yields each")
    [outcome] = outcomes
    if isinstance(outcome, Finished):
        return outcome
    raise outcome


class Engine(Protocol):
    """Does the work on pages. `ahead`: how many may wait behind the oldest."""

    @property
    def ahead(self) -> int: ...

    def submit(self, message: Message) -> Results: ...

    def close(self) -> None: ...


class Pipeline:
    """All stages, for many pages: `with copydesk.Pipeline() as pipeline: ...`.

    The work is done in `workers` pool processes for each stage (half of the processors unless given), each
    page within the time limit of the settings; with `workers=0` in this process, without a time limit.
    `settings` win over those of the folder and the environment:
    `{"stages": {"clean": {"work": {"min_words": 20}}}}`.
    """

    def __init__(self, *, workers: int | None = None, settings: Mapping[str, Any] | None = None) -> None:
        """Raises `ConfigError`. Nothing is loaded or started before `with` or the first page."""
        self._workers = max(1, (os.cpu_count() or 2) // 2) if workers is None else workers
        self._settings = load_settings(**(settings or {}))
        self._pipeline = load_pipeline(self._settings)
        self._engine: Engine | None = None

    def __enter__(self) -> Self:
        """Load the stages. Raises `CannotStart`."""
        self._started()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the pool processes."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def process(self, pages: Iterable[Page]) -> Iterator[Outcome]:
        """The outcome of each page, in order, while later ones are in work.

        A page may have several, where the pipeline has several ends. Raises `Unavailable` where something
        that a stage needs does not answer.
        """
        engine = self._started()
        in_flight: deque[tuple[Page, Results]] = deque()
        try:
            for page in pages:
                in_flight.append((page, engine.submit(self._message(page))))
                if len(in_flight) > engine.ahead:
                    yield from self._outcomes(*in_flight.popleft())
            while in_flight:
                yield from self._outcomes(*in_flight.popleft())
        finally:
            for _, results in in_flight:
                results.cancel()

    def _started(self) -> Engine:
        if self._engine is None:
            stages, workers = self._pipeline.stages, self._workers
            here = workers == 0
            self._engine = (
                _Here(self._settings, stages) if here else _in_pools(self._settings, stages, workers)
            )
        return self._engine

    def _message(self, page: Page) -> Message:
        """The page as the first stage would read it from Kafka."""
        return page.record().as_message(self._pipeline.stages[0].reads.full_name)

    def _outcomes(self, page: Page, results: Results) -> Iterator[Outcome]:
        for result in results.result():
            yield outcome_of(self._pipeline, page, result)


class _Here:
    """The stages in this process; each page is done when it was submitted."""

    ahead = 0

    def __init__(self, settings: Settings, stages: Sequence[Stage]) -> None:
        self._stages = LoadedStages(settings, stages)

    def submit(self, message: Message) -> Results:
        results: Results = Future()
        results.set_result(self._stages.results(message))
        return results

    def close(self) -> None:
        """There is no process to end."""


def _in_pools(settings: Settings, stages: Sequence[Stage], workers: int) -> "Engine":
    # Imported here: `process` needs no pool.
    from streams.local.pool_thread import PoolThread

    return PoolThread(settings, stages, workers)


@cache
def _in_this_process() -> Pipeline:
    return Pipeline(workers=0)
