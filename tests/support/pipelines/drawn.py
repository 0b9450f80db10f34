"""A pipeline from a drawing: `raw > clean > middle` is a stage between the topics it reads and writes."""

from dataclasses import make_dataclass

from streams.core.pipeline import Pipeline
from streams.core.stage import AgentLoop, Stage, Stream
from streams.core.topic import Key, Topic


async def agent(stream: Stream, loop: AgentLoop) -> None:
    """Never called."""


def drawn_pipeline(*stages: str) -> Pipeline:
    """Each line is a stage; topics that it writes are separated by commas. All discard to the same topic.

    Its prefix is `t`.
    """
    topics: dict[str, Topic] = {}

    def topic(name: str) -> Topic:
        return topics.setdefault(
            name, Topic(name=name, key=Key.of("id"), record=make_dataclass(name, [("id", str)]))
        )

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

    drawn = tuple(stage(line) for line in stages)
    return Pipeline(name="drawn", stages=drawn, sinks={}, topics=tuple(topics.values())).at("t")
