"""What a sink gets of a batch, given its filter. All of the batch is acknowledged, in its order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from streams.core.sink import Delivered, Sink
from streams.core.sink_settings import Passes, SinkSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkFilter:
    """Which records a sink gets. A takedown is always delivered: it names an article, and says nothing of it.

    Nothing is remembered, so the same record has the same result after a crash or a rebalance.
    """

    passes: Passes | None = None
    withdraws: bool = False
    """Whether the sink gets revisions that do not pass, as withdrawn: the target may have an earlier one."""

    @classmethod
    def of(cls, settings: SinkSettings, sink: Sink) -> Self:
        """The filter of a sink. The setting `withdraw` takes precedence over what its kind does."""
        own = bool(getattr(sink, "withdraws", False))
        return cls(passes=settings.passes, withdraws=own if settings.withdraw is None else settings.withdraw)

    def filtered(self, batch: Sequence[Delivered]) -> list[Delivered]:
        """The batch with each revision that does not pass as `withdrawn`."""
        return [record if self._passes(record) else _withdrawn(record) for record in batch]

    def for_sink(self, filtered: Sequence[Delivered]) -> list[Delivered]:
        """Those of a filtered batch that are delivered."""
        return [record for record in filtered if self.withdraws or not record.withdrawn]

    def _passes(self, record: Delivered) -> bool:
        return self.passes is None or record.record is None or self.passes(record.record)


def _withdrawn(record: Delivered) -> Delivered:
    return replace(record, record=None, withdrawn=True)
