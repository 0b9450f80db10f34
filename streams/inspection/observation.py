"""What became of an article in a pipeline that may branch: one outcome, from all that was seen of it.

On one way the best counts: what was dead and was replayed with success is finished. Across branches the one
that is left to do counts: an article waits while a stage has to make something of it, and is dead where a
branch cannot, even if another one has finished (docs/decisions/0014).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.core.topic import Topic

FINISHED, DISCARDED, DEAD, WAITING = "finished", "discarded", "dead", "waiting"
#: No end: it lies on one of several topics that its stage writes.
REACHED = "reached"
BEST_FIRST = (FINISHED, DISCARDED, DEAD, WAITING)
URGENT_FIRST = (WAITING, DEAD, FINISHED, DISCARDED)


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of a record: why and in which stage it ended (discarded, dead), or its topic."""

    outcome: str
    reason: str = ""
    stage: str = ""
    topic: str = ""


Observations = tuple[Observation, ...]
"""All that was seen of one article, each once."""
WAITS = Observation(WAITING)


class Ways:
    """The ways of an article through the stages of a pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._source = pipeline.stages[0].reads
        self._stages = {stage.name for stage in pipeline.stages}

    def outcome(self, observations: Observations) -> Observation:
        """The one outcome that counts for the article."""
        return _best([self._on(self._source, observations), *self._of_others(observations)])

    def discards(self, observations: Observations) -> Iterator[Observation]:
        """Of each stage that has discarded the article, and nothing better, why."""
        for stage in self._pipeline.stages:
            observation = self._in(stage, observations)
            if observation.outcome == DISCARDED and observation.stage == stage.name:
                yield observation
        yield from (
            observation for observation in self._of_others(observations) if observation.outcome == DISCARDED
        )

    def _of_others(self, observations: Observations) -> list[Observation]:
        """Ends in stages that are not in the pipeline: one was renamed, or its records do not say which."""
        return [
            observation
            for observation in observations
            if observation.outcome in {DISCARDED, DEAD} and observation.stage not in self._stages
        ]

    def _on(self, topic: Topic, observations: Observations) -> Observation:
        """What became of it behind a topic; where nobody reads it, that it lies there."""
        readers = self._pipeline.readers(topic)
        if readers:
            return _most_urgent(self._in(stage, observations) for stage in readers)
        return _best(
            observation
            for observation in observations
            if observation == Observation(FINISHED, topic=topic.name)
        )

    def _in(self, stage: Stage, observations: Observations) -> Observation:
        """What became of it in a stage and behind it."""
        own = [observation for observation in observations if observation.stage == stage.name]
        if any(observation.outcome == DISCARDED for observation in own) and self._pipeline.readers(
            stage.discards
        ):
            own.append(self._on(stage.discards, observations))
        sent = self._sent(stage, observations)
        if sent == WAITS and any(self._reached(topic, observations) for topic in stage.outputs):
            return WAITS  # whatever it was here before, it has gone on since
        return _best([*own, sent])

    def _sent(self, stage: Stage, observations: Observations) -> Observation:
        """What became of its results. Of several topics only those count that one of them lies on."""
        topics = [
            topic for topic in stage.outputs if len(stage.outputs) == 1 or self._reached(topic, observations)
        ]
        return _most_urgent(self._on(topic, observations) for topic in topics)

    def _reached(self, topic: Topic, observations: Observations) -> bool:
        """Whether it lies on the topic, or lay there: a stage behind it has made something of it."""
        readers = self._pipeline.readers(topic)
        behind = [*readers, *(stage for reader in readers for stage in self._pipeline.behind(reader))]
        stages = {stage.name for stage in behind}
        topics = {topic.name, *(output.name for stage in behind for output in stage.outputs)}
        return any(observation.stage in stages or observation.topic in topics for observation in observations)


def _best(observations: Iterable[Observation]) -> Observation:
    return min(observations, key=lambda observation: BEST_FIRST.index(observation.outcome), default=WAITS)


def _most_urgent(observations: Iterable[Observation]) -> Observation:
    return min(observations, key=lambda observation: URGENT_FIRST.index(observation.outcome), default=WAITS)
