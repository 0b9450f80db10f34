"""What runs in a child process: bytes → decode → work → encode → bytes.

The parent never parses a value or loads a model; it hands a `Message` over and gets an `Outcome` back.
"""

import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass, replace
from hashlib import blake2b
from importlib import import_module
from inspect import signature
from typing import Any, get_type_hints

import msgspec
import orjson

from streams import envelope, log_limit
from streams.errors import (
    CannotStart,
    ConfigError,
    CopydeskError,
    Invalid,
    PipelineError,
    TooLarge,
    Unavailable,
)
from streams.memory_shortage import go_first
from streams.message import Message, Outgoing
from streams.parent_death import end_with_parent
from streams.stage import Away, Dead, Discard, Done, Fate, Outcome, Reason, Stage, Work
from streams.structured import as_binary
from streams.terminal import guard
from streams.topic import Topic
from streams.work_check import work_fault

TRACE_BYTES = 4096

_worker: "Worker | None" = None
_failure: str | None = None


class Worker:
    """A stage's work, loaded, and what is needed to read and write its records."""

    def __init__(self, stage: Stage, prefix: str, work: Work, given: dict[str, Any] | None = None) -> None:
        self.stage = stage
        self._prefix = prefix
        self.work = work
        self._stamp = envelope.Stamp(
            stage=stage.name,
            version=stage.version,
            model=getattr(work, "model", None),
            settings=fingerprint(given or {}),
            prefix=prefix,
        )

    def handle(self, message: Message) -> Outcome:
        """The outcome of one article. Never raises: what the article did wrong is a `Dead`."""
        started = time.perf_counter()
        try:
            done = self._takedown(message) if message.value is None else self._article(message)
        except Unavailable as error:
            return Away(message=str(error))
        except TooLarge as error:
            return _dead(Reason.TOO_LARGE, error)
        except Invalid as error:
            return _dead(Reason.INVALID, error)
        except BaseException as error:  # noqa: BLE001 - whatever an article does to its work is its own fate
            return _dead(Reason.FAILED, error)
        return replace(done, seconds=time.perf_counter() - started)

    def _takedown(self, message: Message) -> Done:
        key = self.stage.reads.forget(message)
        if key is None:
            raise Invalid("a takedown needs a key: it says what is taken down")
        headers = envelope.write(
            envelope.origin(message), message.headers, self._stamp, topic=self.stage.writes.name, key=key
        )
        topic = self.stage.writes.full_name(self._prefix)
        return Done(fate=Fate.SENT, records=(Outgoing(topic=topic, key=key, value=None, headers=headers),))

    def _article(self, came_as: Message) -> Done:
        message = as_binary(came_as)
        record = self.stage.reads.decode(message)
        came = envelope.origin(message, getattr(record, "fetched_at", None))
        result = self.work(record)
        if isinstance(result, Discard):
            return self._discarded(message, came, record, result)
        results = result if isinstance(result, Sequence) else [result]
        if not results:
            raise TypeError(f"stage {self.stage.name} made nothing: what is of no interest is a `Discard`")
        records = tuple(self._result(one, message, came, nth) for nth, one in enumerate(results))
        return Done(fate=Fate.SENT, records=records)

    def _discarded(self, message: Message, came: envelope.Origin, record: Any, why: Discard) -> Done:
        made = self.stage.discards.record
        if made is None:
            raise TypeError(f"topic {self.stage.discards.name} has no record")
        left = made.of(record, stage=self.stage.name, reason=why.reason)
        if type(left) is not made:
            raise TypeError(f"{made.__name__}.of made a {type(left).__name__}")
        own = getattr(left, self.stage.discards.key, None)
        key = str(own).encode() if message.key is None and own is not None else message.key
        out = self._encode(left, self.stage.discards, message, came, 0, key=key)
        return Done(fate=Fate.DISCARDED, records=(out,), reason=why.reason)

    def _result(self, record: Any, message: Message, came: envelope.Origin, nth: int) -> Outgoing:
        topic = self.stage.writes
        if type(record) is not topic.record:
            raise TypeError(
                f"stage {self.stage.name} made a {type(record).__name__}, which is not what it writes"
            )
        key = getattr(record, topic.key)
        if key is None or key == "":
            raise TypeError(
                f"stage {self.stage.name} made a record without a key: its {topic.key} is {key!r}"
            )
        return self._encode(record, topic, message, came, nth, key=str(key).encode())

    def _encode(
        self,
        record: Any,
        topic: Topic,
        message: Message,
        came: envelope.Origin,
        nth: int,
        *,
        key: bytes | None,
    ) -> Outgoing:
        headers = envelope.write(
            came, message.headers, self._stamp, topic=topic.name, key=key or b"", nth=nth
        )
        return Outgoing(
            topic=topic.full_name(self._prefix),
            key=key,
            value=orjson.dumps(record),
            headers=envelope.with_value(headers, type(record)),
        )


def load_work(stage: Stage, given: dict[str, Any]) -> Work:
    """The work of `stage`, with the settings `given`. Raises `CannotStart` with a sentence."""
    try:
        module, _, name = stage.work.partition(":")
        load: Callable[[Any], Work] = getattr(import_module(module), name)
        work = load(read_settings(load, given, f"stages.{stage.name}.work"))
    except CopydeskError:
        raise
    except Exception as error:
        raise CannotStart(
            f"stage {stage.name} cannot load its work {stage.work}: {type(error).__name__}: {error}"
        ) from error
    if fault := work_fault(stage, work):
        raise PipelineError(f"stage {stage.name}: {fault}")
    return work


def fingerprint(given: dict[str, Any]) -> str:
    """A hash of the settings of a stage's work that differ from its own; empty where none do."""
    plain = orjson.dumps(given, option=orjson.OPT_SORT_KEYS, default=str)
    return blake2b(plain, digest_size=4).hexdigest() if given else ""


def read_settings(load: Callable[..., Any], given: dict[str, Any], table: str) -> Any:
    """`given` as the dataclass that `load` takes. Raises `ConfigError` for what it has not, `PipelineError`
    where it takes no dataclass."""
    wanted = _settings_of(load)
    unknown = sorted(set(given) - set(wanted.__dataclass_fields__))
    if unknown:
        known = ", ".join(sorted(wanted.__dataclass_fields__))
        raise ConfigError(f"[{table}] has no setting {unknown[0]!r}; it has {known}")
    try:
        # What comes by environment is text, a number too.
        return msgspec.convert(given, wanted, strict=False)
    except msgspec.ValidationError as error:
        raise ConfigError(f"[{table}]: {error}") from error


def _settings_of(load: Callable[..., Any]) -> Any:
    name = f"{load.__module__}:{getattr(load, '__qualname__', load)}"
    try:
        [first] = signature(load).bind(None).arguments
    except (TypeError, ValueError) as error:
        raise PipelineError(
            f"{name} must take one argument, its settings; it takes {signature(load)}"
        ) from error
    kind = get_type_hints(load).get(first)
    if not is_dataclass(kind):
        raise PipelineError(f"{name} must say by a dataclass which settings it takes")
    return kind


def begin(stage: Stage, prefix: str, given: dict[str, Any], parent: int) -> None:
    """Start of a child: it ends with its parent, leaves signals to it, and loads the work once."""
    global _worker, _failure
    end_with_parent(parent)
    guard()
    go_first()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    log_limit.install()
    try:
        _worker = Worker(stage, prefix, load_work(stage, given), given)
    except CopydeskError as error:
        # Raised here, it would break the pool without saying why; so it is told by the first task.
        _failure = str(error)


def ready() -> str | None:
    """Why this child cannot work, or None if it can."""
    return _failure


def model() -> str | None:
    """The model that the work of this child was loaded with, where it has one."""
    return None if _worker is None else getattr(_worker.work, "model", None)


def handle(message: Message) -> Outcome:
    """The outcome of one article. Raises `CannotStart` if this child never came to have its work."""
    if _worker is None:
        raise CannotStart(_failure or "the child has not begun")
    return _worker.handle(message)


def _dead(reason: Reason, error: BaseException) -> Dead:
    trace = "".join(traceback.format_exception(error))
    return Dead(
        reason=reason,
        error=f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins."),
        message=_said(error)[:TRACE_BYTES],
        trace=trace[-TRACE_BYTES:],
    )


def _said(error: BaseException) -> str:
    """What an error says; some cannot even say it."""
    try:
        return str(error)
    except Exception as other:  # noqa: BLE001 - whatever the article's own class does here
        return f"{type(error).__name__}, which cannot be written: {type(other).__name__}"
