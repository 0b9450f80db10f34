"""Whether Kafka will take a record, decided before it is sent.

A record that a topic rejects ends the whole idempotent producer: kafka-python 3.0.12 treats the rejection as
fatal and fails everything in flight with the same error, so that good records look too large as well
(8 small ones and 2 too large: 7 failed, 2026-11-23). So a record that would be rejected is not sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kafka.record.default_records import DefaultRecordBatchBuilder

from streams.core.message import RecordToPublish

CODECS: Mapping[str | None, int] = {None: 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
#: Varints in a record's head may become this much longer once its time and sequence are known.
MARGIN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Which records a topic takes. `limit` is its max.message.bytes, of a compressed batch; None: unknown."""

    limit: int | None
    compacted: bool
    codec: str | None

    @classmethod
    def of(cls, config: Mapping[str, str], codec: str | None) -> "Fit":
        """By the topic's settings."""
        limit, compacted = config.get("max.message.bytes", ""), "compact" in config.get("cleanup.policy", "")
        return cls(limit=int(limit) if limit.isdecimal() else None, compacted=compacted, codec=codec)

    def rejection_reason(self, record: RecordToPublish) -> str | None:
        """Why Kafka would reject the record, or None. Only large records are compressed to find out."""
        if self.compacted and record.key is None:
            return "it has no key, and the topic is compacted by key"
        if self.limit is None or self._plain_size(record) <= self.limit:
            return None
        size = self._batch_size(record)
        if size + MARGIN <= self.limit:
            return None
        return f"it is too large for the topic: {size:,} bytes compressed, and {self.limit:,} are allowed"

    def _plain_size(self, record: RecordToPublish) -> int:
        size = DefaultRecordBatchBuilder.estimate_size_in_bytes
        return MARGIN + int(size(record.key, record.value, list(record.headers)))

    def _batch_size(self, record: RecordToPublish) -> int:
        """The size of a batch of this record alone, as the producer would send it."""
        batch = DefaultRecordBatchBuilder(
            magic=2,
            compression_type=CODECS[self.codec],
            is_transactional=False,
            producer_id=-1,
            producer_epoch=-1,
            base_sequence=-1,
            batch_size=0,
        )
        batch.append(0, 0, record.key, record.value, list(record.headers))
        return len(batch.build())
