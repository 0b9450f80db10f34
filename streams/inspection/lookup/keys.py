"""Which articles a record is of, by their keys on the topics downstream of the first."""

from collections.abc import Iterator
from contextlib import suppress

from streams.core.message import Message
from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.dead_letters.takedowns import article_of, as_it_was
from streams.errors import Invalid
from streams.ingest.files import named_url
from streams.inspection.trace.finding import key_fields, keys_in


class RecordKeys:
    """The articles that records are of, as `copydesk trace` finds them."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._identify = pipeline.identify
        stages = pipeline.stages
        first = {topic.full_name for topic in pipeline.first}
        self._readers = {s.reads.full_name: s for s in stages if s.reads.full_name in first}
        self._dead = {s.dead.full_name: s for s in stages if s.reads.full_name in first}
        self._fields = {s.discards.full_name: key_fields(pipeline, s.discards) for s in stages}

    def of(self, message: Message) -> set[bytes]:
        """The keys; none if the record does not say which article it is of."""
        if stage := self._readers.get(message.topic):
            return set(self._received(stage, message))
        if stage := self._dead.get(message.topic):
            return {*self._received(stage, as_it_was(message)), *_own(message)}
        names = self._fields.get(message.topic)
        return {*_own(message), *(keys_in(message.value, names) if names else ())}

    def _received(self, stage: Stage, message: Message) -> Iterator[bytes]:
        """The keys of a record as it was received, which the stage may not be able to read."""
        key = None
        # The pipeline's own code reads the record: whatever it raises is an outcome of its stage, not ours.
        with suppress(Exception):
            key, _ = article_of(stage, message)
        if key is not None:
            yield key
            return
        with suppress(Invalid):
            if url := named_url(message.value or b""):
                yield self._identify(url).key


def _own(message: Message) -> Iterator[bytes]:
    if message.key is not None:
        yield message.key
