"""Whether a pipeline can run, checked as far as possible without loading the work of its stages.

Without these checks, a mistake would appear with each record, or never: a key that is not a field of its
record gave records without a key, and results with the record type of `discards` went there, counted as sent.
"""

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from streams.core.function_check import loader_fault
from streams.core.stage import Stage
from streams.core.topic import Topic
from streams.errors import PipelineError

if TYPE_CHECKING:
    from streams.core.pipeline import Pipeline

T = TypeVar("T")

#: Names that Kafka accepts; the prefix (up to 61 characters) and a dot come before them.
NAME = re.compile(r"[A-Za-z0-9._-]{1,180}")


def require_sound(pipeline: "Pipeline") -> None:
    for fault in _faults(pipeline):
        raise PipelineError(f"the pipeline {pipeline.name!r} cannot run: {fault}")


def _faults(pipeline: "Pipeline") -> Iterator[str]:
    yield from _parts(pipeline)
    yield from _names(pipeline)
    for stage in pipeline.stages:
        yield from _stage(stage)
    yield from _order(pipeline.stages)
    yield from _writers(pipeline.stages)
    yield from _sinks(pipeline)


def _parts(pipeline: "Pipeline") -> Iterator[str]:
    """Parts of the wrong type: checked first, because the other checks rely on it."""
    for name, parts, kind in (("STAGES", pipeline.stages, Stage), ("TOPICS", pipeline.topics, Topic)):
        for part in parts:
            if not isinstance(part, kind):
                yield f"{name} holds {part!r}, which is not a {kind.__name__}"
    if not pipeline.stages:
        yield "STAGES is empty: it needs at least one stage"
    for stage in pipeline.stages:
        for name in ("reads", "discards"):
            if not isinstance(getattr(stage, name), Topic):
                yield f"stage {stage.name!r}: {name} is {getattr(stage, name)!r}, which is not a Topic"
        if not _is_topics(stage.writes):
            yield f"stage {stage.name!r}: writes is {stage.writes!r}, neither a Topic nor a tuple of Topics"
    for name in ("show", "brief", "identify"):
        if not callable(getattr(pipeline, name)):
            yield f"{name} is {getattr(pipeline, name)!r}, which is not a function"


def _is_topics(writes: object) -> bool:
    if not isinstance(writes, tuple):
        return isinstance(writes, Topic)
    return bool(writes) and all(isinstance(topic, Topic) for topic in writes)


def _names(pipeline: "Pipeline") -> Iterator[str]:
    for kind, parts in (("stage", pipeline.stages), ("topic", pipeline.topics)):
        for part in parts:
            if not isinstance(part.name, str) or not NAME.fullmatch(part.name):
                yield f"{kind} {part.name!r}: a name has letters, digits, '.', '_' and '-' only"
    yield from (
        f"two stages are called {name!r}" for name in _doubled(stage.name for stage in pipeline.stages)
    )
    known = {topic.name: topic for topic in pipeline.topics}
    # Kafka's metrics treat '.' and '_' as equal, so it rejects a second topic that differs only in them.
    all_names = (topic.name.replace("_", ".") for topic in pipeline.all_topics())
    yield from (f"two topics are called {name!r}" for name in _doubled(all_names))
    for stage in pipeline.stages:
        for topic in (stage.reads, *stage.outputs, stage.discards):
            if topic.name not in known:
                yield f"stage {stage.name!r} uses topic {topic.name!r}, which is not among its TOPICS"
            elif topic != known[topic.name]:
                yield f"two topics are called {topic.name!r}: that of stage {stage.name!r} is not in TOPICS"


def _doubled(values: Iterator[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]


def _stage(stage: Stage) -> Iterator[str]:
    for fault in (*_records(stage), *_keys(stage), *_functions(stage), *loader_fault(stage.work)):
        yield f"stage {stage.name!r}: {fault}"


def _records(stage: Stage) -> Iterator[str]:
    topics = (stage.reads, *stage.outputs, stage.discards)
    for topic in topics:
        if not (isinstance(topic.record, type) and is_dataclass(topic.record)):
            yield f"the record of topic {topic.name!r} is {topic.record!r}, and must be a dataclass"
        elif "__dataclass_fields__" not in vars(topic.record):
            name = _name(topic.record)
            yield f"the record {name} has no @dataclass of its own, so its own fields do not count"
    if len({topic.name for topic in topics}) < len(topics):
        yield "what it reads, writes and discards must be different topics"
    if stage.discards.record in [topic.record for topic in stage.outputs]:
        yield f"it writes and discards the same type of record: {_name(stage.discards.record)}"
    for record in _doubled(topic.record for topic in stage.outputs if inspect.isclass(topic.record)):
        yield f"two topics that it writes hold the same type of record: {_name(record)}"
    if not callable(getattr(stage.discards.record, "of", None)):
        yield f"{_name(stage.discards.record)}, which it discards, must have `of(record, *, stage, reason)`"


def _keys(stage: Stage) -> Iterator[str]:
    for topic in stage.outputs:
        record, key = topic.record, topic.key.field
        if not is_dataclass(record) or key in {field.name for field in fields(record)}:
            continue
        if key is None or not isinstance(getattr(record, key, None), property):
            yield (
                f"the key of topic {topic.name!r} is {topic.key.description!r},"
                f" which is not a field of {_name(record)}"
            )


def _functions(stage: Stage) -> Iterator[str]:
    if not isinstance(stage.version, str) or not stage.version:
        yield f"its version is {stage.version!r}, and must be a non-empty text"
    if not _takes(stage.agent, 2) or not inspect.iscoroutinefunction(stage.agent):
        yield "its agent must be an `async def` that takes a stream and a loop"
    for topic in (stage.reads, *stage.outputs, stage.discards):
        for name in ("read", "forget"):
            function = getattr(topic, name)
            if function is not None and not _takes(function, 1):
                yield f"`{name}` of topic {topic.name!r} must be a function of one message"


def _takes(function: Callable[..., Any] | None, count: int) -> bool:
    if not callable(function):
        return False
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:  # functions in C may have no signature
        pass
    return True


def _order(stages: Sequence[Stage]) -> Iterator[str]:
    """Each stage must read what the first stage reads, or what an earlier stage writes: no circles."""
    first, topic = stages[0].name, stages[0].reads.name
    for stage in stages[1:]:
        if topic in _written(stage):
            yield (
                f"STAGES begins with {first!r}, which reads topic {topic!r}, but {stage.name!r} writes it:"
                " the first stage reads what no stage writes"
            )
            return
    written = {topic}
    for stage in stages:
        if stage.reads.name not in written:
            later = any(stage.reads.name in _written(other) for other in stages)
            writer = "only a later stage (or itself)" if later else "no stage"
            yield f"stage {stage.name!r} reads topic {stage.reads.name!r}, which {writer} writes"
        written |= _written(stage)


def _written(stage: Stage) -> set[str]:
    return {topic.name for topic in (*stage.outputs, stage.discards)}


def _writers(stages: Sequence[Stage]) -> Iterator[str]:
    """Only the topic of discarded articles is shared: two writers would leave open which record is newer."""
    for topic in (topic for stage in stages for topic in stage.outputs):
        writers = [stage.name for stage in stages if topic.name in _written(stage)]
        if len(writers) > 1:
            yield f"stages {writers[0]!r} and {writers[1]!r} both write topic {topic.name!r}"


def _sinks(pipeline: "Pipeline") -> Iterator[str]:
    for kind, opener in pipeline.sinks.items():
        for fault in loader_fault(opener):
            yield f"sink {kind!r}: {fault}"
    if pipeline.filter is not None:
        yield from (f"its filter: {fault}" for fault in loader_fault(pipeline.filter))


def _name(record: object) -> str:
    return getattr(record, "__name__", repr(record))
