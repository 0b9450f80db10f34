"""The pipeline that runs: the stages, sinks and topics of the package that the settings name."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from streams.core.message import Message
from streams.core.pipeline_check import require_sound
from streams.core.stage import Stage
from streams.core.topic import Key, Policy, Topic
from streams.errors import ConfigError, FaultySettings, PipelineError
from streams.settings import Settings

T = TypeVar("T")
P = TypeVar("P", Stage, Topic)

#: What was done with dead letters (streams/dead_letters/ledger.py). Kept forever.
LEDGER = Topic(
    name="dead.resolved",
    key=Key("the dead-letter topic, and topic/partition/offset of the record that failed"),
    record=None,
    policy=Policy(cleanup_policy="compact", retention_ms=None, max_message_bytes=None),
    single=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The article that a text identifies. `key` is its key on all topics but the first.

    `named_by`: whether a record of a first topic is of that article. It is called often, so it must be fast.
    """

    key: bytes
    named_by: Callable[[Message], bool]


def same_text(text: str) -> Identity:
    key = text.encode()
    return Identity(key=key, named_by=lambda message: message.key == key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Stages and sinks in flow order. `sinks` maps a kind to `module:function` that opens one."""

    name: str
    stages: tuple[Stage, ...]
    sinks: Mapping[str, str]
    topics: tuple[Topic, ...]
    ledger: Topic = LEDGER
    prefix: str = ""
    """What the names of its topics and consumer groups begin with."""
    samples: Path | None = None
    """A folder of sample pages for demonstrations."""
    configuration: Path | None = None
    """A folder of files for a new configuration: `copydesk init` copies it."""
    examples: Path | None = None
    """Records as they are in Kafka, in JSON: topic → list of `name`, `key`, `headers` and `payload`."""
    show: Callable[[Mapping[str, Any]], Any] = str
    """A finished record for people to read, as something that rich can print."""
    whole: Callable[[Mapping[str, Any]], Any] = str
    """A finished record with all that the stages say of it, as something that rich can print."""
    brief: Callable[[Mapping[str, Any]], Iterable[tuple[str, str]]] = lambda record: ()
    """The main contents of a record of any topic: labels and texts."""
    filter: str | None = None
    """`module:function` of the filter that a sink may have: from its settings to the values that pass."""
    identify: Callable[[str], Identity] = same_text
    """The article that a text (a URL, say) identifies. Raises `Invalid` if it can identify none."""

    def stage(self, name: str) -> Stage:
        """The stage of that name. Raises `ConfigError`."""
        return _named("stage", self.stages, name)

    def topic(self, name: str) -> Topic:
        """The topic of that name, without the prefix. Raises `ConfigError`."""
        return _named("topic", self.all_topics(), name)

    def all_topics(self) -> tuple[Topic, ...]:
        """Every topic in flow order; the dead-letter topics and their ledger come last."""
        return (*self.topics, *(stage.dead for stage in self.stages), self.ledger)

    def full_name(self, name: str) -> str:
        """The full name of a topic that is named with or without the prefix."""
        return next((topic.full_name for topic in self.all_topics() if topic.name == name), name)

    def sink_group(self, name: str) -> str:
        """The consumer group of the sink `name`."""
        return f"copydesk.{self.prefix}.sink.{name}"

    def at(self, prefix: str) -> "Pipeline":
        """The same pipeline, with all its topics at `prefix`."""
        return replace(
            self,
            stages=tuple(stage.at(prefix) for stage in self.stages),
            topics=tuple(topic.at(prefix) for topic in self.topics),
            ledger=self.ledger.at(prefix),
            prefix=prefix,
        )

    @property
    def first(self) -> tuple[Topic, ...]:
        """The topics that no stage writes: they receive the articles."""
        written = {t.name for s in self.stages for t in (*s.outputs, s.discards, s.dead)}
        return tuple({s.reads.name: s.reads for s in self.stages if s.reads.name not in written}.values())

    @property
    def last(self) -> tuple[Topic, ...]:
        """The topics that no stage reads: they hold the finished articles."""
        read = {stage.reads.name for stage in self.stages}
        return tuple(topic for topic in self.outputs if topic.name not in read)

    @property
    def outputs(self) -> tuple[Topic, ...]:
        """The topics that hold results of stages, in flow order."""
        return tuple({topic.name: topic for stage in self.stages for topic in stage.outputs}.values())

    def readers(self, topic: Topic) -> tuple[Stage, ...]:
        """The stages that read the topic. If there are several, the pipeline branches here."""
        return tuple(stage for stage in self.stages if stage.reads.name == topic.name)

    def writer(self, topic: Topic) -> Stage | None:
        """The stage whose results are in the topic; None if no stage writes it, or all do."""
        return next((stage for stage in self.stages if topic in stage.outputs), None)

    def behind(self, stage: Stage) -> tuple[Stage, ...]:
        """The stages downstream of `stage`, in flow order."""
        reached, behind = {topic.name for topic in stage.outputs}, []
        for other in self.stages:
            if other.reads.name in reached:
                behind.append(other)
                reached |= {topic.name for topic in other.outputs}
        return tuple(behind)


def load_pipeline(settings: Settings) -> Pipeline:
    """The pipeline named by `settings.pipeline`. Raises `ConfigError` or `PipelineError`.

    Of the settings of its sinks only `reads` is checked, which every command needs.
    """
    pipeline = import_pipeline(settings)
    unreadable = {name: reads_fault(settings, pipeline, name) for name in settings.sinks}
    if faults := [f"[sinks.{name}] reads: {fault}" for name, fault in unreadable.items() if fault]:
        raise FaultySettings(faults)
    return pipeline


def import_pipeline(settings: Settings) -> Pipeline:
    """The same, without a look at the settings of its sinks."""
    # The installed command does not look for packages in the current folder; `python -m` does.
    if not {"", str(Path.cwd())} & set(sys.path):
        sys.path.append(str(Path.cwd()))
    package, topics = _module(settings.pipeline), _module(f"{settings.pipeline}.topics")
    names = ("SAMPLES", "CONFIGURATION", "EXAMPLES", "FILTER", "show", "whole", "brief", "identify")
    optional = {name.lower(): getattr(package, name) for name in names if hasattr(package, name)}
    pipeline = Pipeline(
        name=settings.pipeline,
        stages=_collection(package, tuple, "STAGES", "a tuple of its stages"),
        sinks=_collection(package, dict, "SINKS", "a dict of its kinds of sink"),
        topics=_collection(topics, tuple, "TOPICS", "a tuple of its topics"),
        **optional,
    )
    require_sound(pipeline)
    return pipeline.at(settings.prefix)


def sink_topic(settings: Settings, pipeline: Pipeline, name: str) -> Topic:
    """The topic in the sink's setting `reads`, or else the only last topic. Raises `ConfigError`."""
    if unreadable := reads_fault(settings, pipeline, name):
        raise ConfigError(f"[sinks.{name}] reads: {unreadable}")
    named = settings.sinks.get(name, {}).get("reads")
    return pipeline.last[0] if named is None else pipeline.topic(named)


def reads_fault(settings: Settings, pipeline: Pipeline, name: str) -> str | None:
    """What is wrong with the sink's setting `reads`, if anything."""
    topics = [topic.name for topic in pipeline.outputs]
    named = settings.sinks.get(name, {}).get("reads")
    if named in topics if named is not None else len(pipeline.last) == 1:
        return None
    if named is None:
        return f"must say which topic it reads; stages write: {', '.join(topics)}"
    return f"no stage writes such a topic; stages write: {', '.join(topics)}"


def _named(kind: str, parts: Sequence[P], name: str) -> P:
    for part in parts:
        if part.name == name:
            return part
    raise ConfigError(f"no {kind} is called {name!r}; there are: {', '.join(part.name for part in parts)}")


def _module(name: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise ConfigError(f"the pipeline {name!r} cannot be imported: {error}") from error
        raise ConfigError(
            f"the pipeline {name!r} is not found: start the command in the folder that contains it,"
            " or add that folder to PYTHONPATH"
        ) from error
    except ImportError as error:
        raise ConfigError(f"the pipeline {name!r} cannot be imported: {error}") from error
    except Exception as error:
        raise PipelineError(
            f"the pipeline {name!r} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _collection(module: ModuleType, kind: Callable[[Any], T], name: str, description: str) -> T:
    if not hasattr(module, name):
        raise ConfigError(f"the pipeline {module.__name__!r} has no {name}: {description}")
    try:
        return kind(getattr(module, name))
    except (TypeError, ValueError) as error:
        raise PipelineError(f"the pipeline {module.__name__!r}: {name} must be {description}") from error
