"""The code of a pool process: bytes → decode → work → encode → bytes.

The parent never parses a value or loads a model; it sends a `Message` and receives a `WorkResult`.
"""

import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from hashlib import blake2b
from importlib import import_module
from typing import Any

import orjson

from streams import log_limit
from streams.core import record_headers
from streams.core.cloudevents import as_binary
from streams.core.message import Message, Outgoing, Oversized
from streams.core.record_headers import Origin
from streams.core.settings_table import read_settings
from streams.core.stage import Discard, Failure, Outcome, Processed, Reason, Retry, Stage, Work, WorkResult
from streams.core.topic import Topic
from streams.core.work_check import waiting_fault, work_fault
from streams.core.work_counts import WorkCounts
from streams.errors import (
    CannotStart,
    ConfigError,
    CopydeskError,
    Invalid,
    PipelineError,
    TooLarge,
    Unavailable,
)
from streams.output_guard import guard
from streams.runtime.process_exit import end_with_parent
from streams.runtime.work.oom_score import go_first

TRACE_BYTES = 4096

_worker: "StageWorker | None" = None
_failure: str | None = None


class StageWorker:
    """A stage's loaded work, and what is needed to read and write its records.

    `settings` are those of the work that are set. What is `not_handled` is raised by `handle` as it is: an
    interrupt, in a process that people interrupt.
    """

    def __init__(
        self,
        stage: Stage,
        work: Work,
        settings: dict[str, Any] | None = None,
        *,
        not_handled: tuple[type[BaseException], ...] = (),
    ) -> None:
        self.stage = stage
        self._not_handled = not_handled
        self._topics = {topic.record: topic for topic in stage.outputs}
        self.work = work
        self._stamp = record_headers.Stamp(
            stage=stage.name,
            version=stage.version,
            model=getattr(work, "model", None),
            settings=fingerprint(settings or {}),
            prefix=stage.reads.prefix,
        )

    def handle(self, message: Message) -> WorkResult:
        """The result of one article. Whatever the article does wrong is a `Failure`, and never raised."""
        started = time.perf_counter()
        try:
            processed = self._takedown(message) if message.value is None else self._article(message)
        except self._not_handled:
            raise
        except Unavailable as error:
            return Retry(message=str(error))
        except TooLarge as error:
            return _failure_of(Reason.TOO_LARGE, error)
        except Invalid as error:
            return _failure_of(Reason.INVALID, error)
        except BaseException as error:  # noqa: BLE001 - whatever an article does to its work is its own result
            return _failure_of(Reason.FAILED, error)
        counts = getattr(self.work, "counts", None)
        counted = counts.take() if isinstance(counts, WorkCounts) else ()
        return replace(processed, seconds=time.perf_counter() - started, counts=counted)

    def _takedown(self, message: Message) -> Processed:
        key = self.stage.reads.forget(message)
        if key is None:
            raise Invalid("a takedown needs a key, which says what to remove")
        origin = record_headers.origin(message)
        outputs = enumerate(self.stage.outputs)
        records = tuple(self._encode(None, topic, message, origin, nth, key=key) for nth, topic in outputs)
        return Processed(outcome=Outcome.SENT, records=records)

    def _article(self, message: Message) -> Processed:
        message = as_binary(message)
        record = self.stage.reads.decode(message)
        origin = record_headers.origin(message, getattr(record, "fetched_at", None))
        result = self.work(record)
        if isinstance(result, Discard):
            return self._discarded(message, origin, record, result)
        results = result if isinstance(result, Sequence) else [result]
        if not results:
            raise TypeError(f"stage {self.stage.name} returned nothing, and not a `Discard`")
        records = tuple(self._result(result, message, origin, nth) for nth, result in enumerate(results))
        return Processed(outcome=Outcome.SENT, records=records)

    def _discarded(self, message: Message, origin: Origin, record: Any, discard: Discard) -> Processed:
        topic = self.stage.discards
        if topic.record is None:
            raise TypeError(f"topic {topic.name} has no record")
        # Only where there is one: the records of other pipelines have no kind.
        kind = {} if discard.kind is None else {"kind": discard.kind}
        discarded = topic.record.of(record, stage=self.stage.name, reason=discard.reason, **kind)
        if type(discarded) is not topic.record:
            raise TypeError(f"{topic.record.__name__}.of returned a {type(discarded).__name__}")
        own = topic.key.value_in(discarded)
        key = str(own).encode() if message.key is None and own is not None else message.key
        outgoing = self._encode(discarded, topic, message, origin, 0, key=key)
        return Processed(outcome=Outcome.DISCARDED, records=(outgoing,), **asdict(discard))

    def _result(self, record: Any, message: Message, origin: Origin, nth: int) -> Outgoing:
        topic, name = self._topics.get(type(record)), f"stage {self.stage.name}"
        if topic is None:
            raise TypeError(f"{name} returned a {type(record).__name__}, which is not what it writes")
        key = topic.key.value_in(record)
        if key is None or key == "":
            raise TypeError(f"{name} returned a record without a key: its {topic.key.field} is {key!r}")
        return self._encode(record, topic, message, origin, nth, key=str(key).encode())

    def _encode(
        self, record: Any, topic: Topic, message: Message, origin: Origin, nth: int, *, key: bytes | None
    ) -> Outgoing:
        """The record for `topic`; a takedown for None."""
        headers = record_headers.write(
            origin, message.headers, self._stamp_of(record), topic=topic.name, key=key or b"", nth=nth
        )
        if record is not None:
            headers = record_headers.with_value(headers, type(record))
        value = None if record is None else orjson.dumps(record)
        return Outgoing(topic=topic.full_name, key=key, value=value, headers=headers)

    def _stamp_of(self, record: Any) -> record_headers.Stamp:
        """The stamp of a record, with the model that made it where the work has several."""
        model_of = getattr(self.work, "model_of", None)
        if record is None or model_of is None or type(record) not in self._topics:
            return self._stamp
        return replace(self._stamp, model=model_of(record))


def size_failure(message: Message, most: int) -> Failure | None:
    """Why a record is too large to be worked on, or None."""
    if message.size > most:
        text = f"the record has {message.size} bytes with its headers; {most} are allowed"
        return Failure(reason=Reason.TOO_LARGE, error="TooLarge", message=text)
    if isinstance(message.value, Oversized):
        return Failure(reason=Reason.INVALID, error="Unreadable", message=f"the value: {message.value}")
    return None


def load_work(stage: Stage, settings: dict[str, Any]) -> Work:
    """The work of `stage` with these settings. Raises `CannotStart` with a sentence."""
    try:
        module, _, name = stage.work.partition(":")
        load: Callable[[Any], Work] = getattr(import_module(module), name)
        work = load(read_settings(load, settings, f"stages.{stage.name}.work"))
    except CopydeskError:
        raise
    except Exception as error:
        cause = f"{type(error).__name__}: {error}"
        raise CannotStart(f"stage {stage.name} cannot load its work {stage.work}: {cause}") from error
    if fault := work_fault(stage, work):
        raise PipelineError(f"stage {stage.name}: {fault}")
    return work


def fingerprint(settings: dict[str, Any]) -> str:
    """A hash of the settings that are set for a stage's work; empty if none are."""
    encoded = orjson.dumps(settings, option=orjson.OPT_SORT_KEYS, default=str)
    return blake2b(encoded, digest_size=4).hexdigest() if settings else ""


def begin(stage: Stage, settings: dict[str, Any], parent: int, article_seconds: float) -> None:
    """Initialise a pool process: it exits with its parent, leaves signals to it, and loads the work once."""
    global _worker, _failure
    end_with_parent(parent)
    guard()
    go_first()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log_limit.install()
    try:
        work = load_work(stage, settings)
        if fault := waiting_fault(stage, work, article_seconds):
            raise ConfigError(f"stage {stage.name}: {fault}")
        _worker = StageWorker(stage, work, settings)
    except CopydeskError as error:
        # Raised here, it would break the pool without a message; so the first task reports it.
        _failure = str(error)


def ready() -> str | None:
    """Why this pool process cannot work, or None if it can."""
    return _failure


def model() -> str | None:
    """The name of the work's model, if it has one."""
    return None if _worker is None else getattr(_worker.work, "model", None)


def notices() -> tuple[str, ...]:
    """What the work says that a user should know."""
    return () if _worker is None else tuple(getattr(_worker.work, "notices", ()))


def handle(message: Message) -> WorkResult:
    """The result of one article. Raises `CannotStart` if the work could not be loaded."""
    if _worker is None:
        raise CannotStart(_failure or "the pool process is not initialised")
    return _worker.handle(message)


def _failure_of(reason: Reason, error: BaseException) -> Failure:
    trace = "".join(traceback.format_exception(error))
    return Failure(
        reason=reason,
        error=f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
        message=_text(error)[:TRACE_BYTES],
        trace=trace[-TRACE_BYTES:],
    )


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as other:  # noqa: BLE001 - the error's own class may raise anything here
        return f"{type(error).__name__}, which has no text: {type(other).__name__}"
