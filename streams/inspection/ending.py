"""What became of an article in a pipeline that may branch: one fate, from all that was seen of it.

On one way the best counts: what was dead and was replayed with success is finished. Across branches the one
that is left to do counts: an article waits while a stage has to make something of it, and is dead where a
branch cannot, even if another one has finished (docs/decisions/0014).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from streams.core.pipeline import Desk
from streams.core.stage import Stage
from streams.core.topic import Topic

FINISHED, DISCARDED, DEAD, WAITING = "finished", "discarded", "dead", "waiting"
#: No end: it lies on one of several topics that its stage writes.
REACHED = "reached"
BEST_FIRST = (FINISHED, DISCARDED, DEAD, WAITING)
URGENT_FIRST = (WAITING, DEAD, FINISHED, DISCARDED)


@dataclass(frozen=True, slots=True)
class Ending:
    """What was seen of a record: why and in which stage it ended (discarded, dead), or its topic."""

    fate: str
    reason: str = ""
    stage: str = ""
    topic: str = ""


Endings = tuple[Ending, ...]
"""All that was seen of one article, each once."""
WAITS = Ending(WAITING)


class Ways:
    """The ways of an article through the stages of a desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._source = desk.stages[0].reads
        self._stages = {stage.name for stage in desk.stages}

    def fate(self, endings: Endings) -> Ending:
        """The one fate that counts for the article."""
        return _best([self._on(self._source, endings), *self._of_others(endings)])

    def discards(self, endings: Endings) -> Iterator[Ending]:
        """Of each stage that has discarded the article, and nothing better, why."""
        for stage in self._desk.stages:
            ending = self._in(stage, endings)
            if ending.fate == DISCARDED and ending.stage == stage.name:
                yield ending
        yield from (ending for ending in self._of_others(endings) if ending.fate == DISCARDED)

    def _of_others(self, endings: Endings) -> list[Ending]:
        """Ends in stages that are not in the desk: one was renamed, or its records do not say which."""
        return [
            ending
            for ending in endings
            if ending.fate in {DISCARDED, DEAD} and ending.stage not in self._stages
        ]

    def _on(self, topic: Topic, endings: Endings) -> Ending:
        """What became of it behind a topic; where nobody reads it, that it lies there."""
        readers = self._desk.readers(topic)
        if readers:
            return _most_urgent(self._in(stage, endings) for stage in readers)
        return _best(ending for ending in endings if ending == Ending(FINISHED, topic=topic.name))

    def _in(self, stage: Stage, endings: Endings) -> Ending:
        """What became of it in a stage and behind it."""
        own = [ending for ending in endings if ending.stage == stage.name]
        if any(ending.fate == DISCARDED for ending in own) and self._desk.readers(stage.discards):
            own.append(self._on(stage.discards, endings))
        sent = self._sent(stage, endings)
        if sent == WAITS and any(self._reached(topic, endings) for topic in stage.outputs):
            return WAITS  # whatever it was here before, it has gone on since
        return _best([*own, sent])

    def _sent(self, stage: Stage, endings: Endings) -> Ending:
        """What became of its results. Of several topics only those count that one of them lies on."""
        topics = [
            topic for topic in stage.outputs if len(stage.outputs) == 1 or self._reached(topic, endings)
        ]
        return _most_urgent(self._on(topic, endings) for topic in topics)

    def _reached(self, topic: Topic, endings: Endings) -> bool:
        """Whether it lies on the topic, or lay there: a stage behind it has made something of it."""
        readers = self._desk.readers(topic)
        behind = [*readers, *(stage for reader in readers for stage in self._desk.behind(reader))]
        stages = {stage.name for stage in behind}
        topics = {topic.name, *(output.name for stage in behind for output in stage.outputs)}
        return any(ending.stage in stages or ending.topic in topics for ending in endings)


def _best(endings: Iterable[Ending]) -> Ending:
    return min(endings, key=lambda ending: BEST_FIRST.index(ending.fate), default=WAITS)


def _most_urgent(endings: Iterable[Ending]) -> Ending:
    return min(endings, key=lambda ending: URGENT_FIRST.index(ending.fate), default=WAITS)
