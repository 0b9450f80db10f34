"""A pipeline as it is drawn: `raw > clean > middle`, a stage between what it reads and what it writes."""

from dataclasses import make_dataclass

from streams.core.pipeline import Pipeline
from streams.core.stage import AgentLoop, Stage, Stream
from streams.core.topic import Topic


async def agent(stream: Stream, loop: AgentLoop) -> None:
    """It is not run."""


def drawn_pipeline(*stages: str) -> Pipeline:
    """One line a stage; the topics that it writes are separated by commas. All discard to one topic."""
    topics: dict[str, Topic] = {}

    def topic(name: str) -> Topic:
        return topics.setdefault(name, Topic(name=name, key="id", record=make_dataclass(name, [("id", str)])))

    def stage(line: str) -> Stage:
        reads, name, writes = line.split(" > ")
        return Stage(
            name=name,
            version="1",
            reads=topic(reads),
            writes=tuple(topic(output) for output in writes.split(", ")),
            discards=topic("discarded"),
            work="tests.support.pipelines.actions:load",
            agent=agent,
        )

    made = tuple(stage(line) for line in stages)
    return Pipeline(name="drawn", stages=made, sinks={}, topics=tuple(topics.values()))
