"""The outcome of an article in a pipeline that may branch, from all observations of it.

Within a branch the best one counts: a dead article that was replayed with success is finished. Across
branches the most urgent one counts: an article waits while any stage has work to do on it, and is dead if one
branch failed, even if another one has finished (docs/decisions/0014).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.core.topic import Topic

FINISHED, DISCARDED, DEAD, WAITING = "finished", "discarded", "dead", "waiting"
#: Not final: it is in one of several topics that its stage writes.
REACHED = "reached"
BEST_FIRST = (FINISHED, DISCARDED, DEAD, WAITING)
URGENT_FIRST = (WAITING, DEAD, FINISHED, DISCARDED)


@dataclass(frozen=True, slots=True)
class Observation:
    """An outcome that a record shows: with reason and stage (discarded, dead), or else with the topic."""

    outcome: str
    reason: str = ""
    stage: str = ""
    topic: str = ""


Observations = tuple[Observation, ...]
"""All observations of one article, each once."""
WAITS = Observation(WAITING)


class Routes:
    """The routes of an article through the stages of a pipeline."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._source = pipeline.stages[0].reads
        self._stages = {stage.name for stage in pipeline.stages}

    def outcome(self, observations: Observations) -> Observation:
        return _best([self._on(self._source, observations), *self._of_others(observations)])

    def discards(self, observations: Observations) -> Iterator[Observation]:
        """The discards by stages in which the article has no better outcome."""
        for stage in self._pipeline.stages:
            observation = self._in(stage, observations)
            if observation.outcome == DISCARDED and observation.stage == stage.name:
                yield observation
        yield from (other for other in self._of_others(observations) if other.outcome == DISCARDED)

    def _of_others(self, observations: Observations) -> list[Observation]:
        """Outcomes in stages that are not in the pipeline: the stage was renamed, or is unknown."""
        return [
            observation
            for observation in observations
            if observation.outcome in {DISCARDED, DEAD} and observation.stage not in self._stages
        ]

    def _on(self, topic: Topic, observations: Observations) -> Observation:
        """The outcome downstream of a topic; if no stage reads it, whether the article is there."""
        if readers := self._pipeline.readers(topic):
            return _most_urgent(self._in(stage, observations) for stage in readers)
        finished = Observation(FINISHED, topic=topic.name)
        return finished if finished in observations else WAITS

    def _in(self, stage: Stage, observations: Observations) -> Observation:
        """The outcome in a stage and downstream of it."""
        own = [observation for observation in observations if observation.stage == stage.name]
        discarded = any(observation.outcome == DISCARDED for observation in own)
        if discarded and self._pipeline.readers(stage.discards):
            own.append(self._on(stage.discards, observations))
        sent = self._sent(stage, observations)
        if sent == WAITS and any(self._reached(topic, observations) for topic in stage.outputs):
            return WAITS  # whatever its outcome here was before, it was sent since
        return _best([*own, sent])

    def _sent(self, stage: Stage, observations: Observations) -> Observation:
        """The outcome of its results. Of several topics only those count that hold one."""
        topics = stage.outputs
        if len(topics) > 1:
            topics = tuple(topic for topic in topics if self._reached(topic, observations))
        return _most_urgent(self._on(topic, observations) for topic in topics)

    def _reached(self, topic: Topic, observations: Observations) -> bool:
        """Whether the article is or was in the topic, as shown by the topic or a stage downstream."""
        readers = self._pipeline.readers(topic)
        behind = [*readers, *(stage for reader in readers for stage in self._pipeline.behind(reader))]
        stages = {stage.name for stage in behind}
        topics = {topic.name, *(output.name for stage in behind for output in stage.outputs)}
        return any(observation.stage in stages or observation.topic in topics for observation in observations)


def _best(observations: Iterable[Observation]) -> Observation:
    return min(observations, key=lambda observation: BEST_FIRST.index(observation.outcome), default=WAITS)


def _most_urgent(observations: Iterable[Observation]) -> Observation:
    return min(observations, key=lambda observation: URGENT_FIRST.index(observation.outcome), default=WAITS)
