"""A topic: its name, key and record, and the policy by which Kafka keeps it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import msgspec
import orjson

from streams.core.cloudevents import as_binary
from streams.core.message import Message
from streams.errors import Invalid

DAY = 86_400_000
MIB = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How long Kafka keeps a topic's records, and how large they may be: milliseconds and bytes.

    The fields are Kafka's own topic settings with `_` for `.`; None leaves the broker's default.
    """

    cleanup_policy: str = "delete"
    retention_ms: int | None = 7 * DAY
    max_message_bytes: int | None = 8 * MIB
    segment_ms: int | None = None
    min_compaction_lag_ms: int | None = None
    max_compaction_lag_ms: int | None = None
    delete_retention_ms: int | None = None
    # With a scraper's own timestamps, old articles would expire within seconds.
    message_timestamp_type: str = "LogAppendTime"

    def config(self) -> dict[str, str]:
        pairs = ((f.name.replace("_", "."), getattr(self, f.name)) for f in fields(self))
        return {name: str(value) for name, value in pairs if value is not None}


def _unchanged(value: Any) -> Any:
    return value


def read_json(record: type[Any], tidied: Callable[[Any], Any] = _unchanged) -> Callable[[Message], Any]:
    """A reader of JSON values into `record`. It raises `Invalid` with the path of the bad field.

    `tidied` may change the values before that, so that more of them fit.
    """

    def read(message: Message) -> Any:
        try:
            return msgspec.convert(tidied(orjson.loads(message.value or b"")), record)
        except orjson.JSONDecodeError as error:
            raise Invalid(f"the value is not JSON: {error}") from error
        except msgspec.ValidationError as error:
            raise Invalid(f"the value is not a {record.__name__}: {error}") from error

    return read


def same_key(message: Message) -> bytes | None:
    """The key of the article that a takedown removes: on all topics but the first, the record's own key."""
    return message.key


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a topic's records: a field of the record, or something that only words can describe."""

    description: str
    field: str | None = None

    @classmethod
    def of(cls, name: str) -> "Key":
        """The field or property `name` of each record."""
        return cls(name, name)

    @classmethod
    def original(cls) -> "Key":
        """The key that the article had on the topic it was read from."""
        return cls("the original key")

    def value_in(self, record: Any) -> Any:
        """The value of the field in `record`; None if there is no such field."""
        return getattr(record, self.field, None) if self.field else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of the pipeline. `name` is without the prefix, which is a setting (`Pipeline.at`)."""

    name: str
    key: Key
    """For topics that a stage writes results to, a field of the record."""
    record: type[Any] | None
    policy: Policy = field(default_factory=Policy)
    read: Callable[[Message], Any] | None = None
    """Message -> record; None: `read_json(record)`. Raises `Invalid`."""
    forget: Callable[[Message], bytes | None] = same_key
    """Takedown -> the article's key on the topics downstream of this one."""
    other_forms: tuple[str, ...] = ()
    """Media types that `read` accepts besides JSON."""
    grows: bool = False
    """Whether partitions may be added later without separating keys from their older records."""
    single: bool = False
    """Whether the topic has one partition, whatever the setting says."""
    prefix: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.key, Key):
            raise TypeError(f"the key of topic {self.name!r} is {self.key!r}, which is not a Key")

    @property
    def full_name(self) -> str:
        """The name in Kafka. Raises `ValueError` before the topic has its prefix."""
        if not self.prefix:
            raise ValueError(f"topic {self.name!r} has no prefix: it is not of a loaded pipeline")
        return f"{self.prefix}.{self.name}"

    def at(self, prefix: str) -> "Topic":
        """The same topic at `prefix`."""
        return replace(self, prefix=prefix)

    def decode(self, message: Message) -> Any:
        """The record in `message`. Raises `Invalid`."""
        if self.record is None:
            raise TypeError(f"topic {self.name} carries bytes, not records")
        return (self.read or read_json(self.record))(as_binary(message))


UNITS = ((DAY, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))
SIZES = ((MIB, "MiB"), (1024, "KiB"), (1, "B"))


def policy_words(config: Mapping[str, str]) -> str:
    """Describe a topic's settings in Kafka: `delete after 7 d, 8 MiB`."""
    ways = sorted(part.strip() for part in config.get("cleanup.policy", "delete").split(","))
    kept = config.get("retention.ms")
    if "delete" in ways and kept is not None:
        ways[ways.index("delete")] = "kept forever" if kept == "-1" else f"delete after {_in(kept, UNITS)}"
    largest = config.get("max.message.bytes")
    return " + ".join(ways) + (f", {_in(largest, SIZES)}" if largest else "")


def _in(amount: str, units: tuple[tuple[int, str], ...]) -> str:
    """`604800000` -> `7 d`: in the largest unit that divides it; anything but a number is unchanged."""
    if not amount.isdecimal():
        return amount
    number = int(amount)
    size, unit = next((size, unit) for size, unit in units if number % size == 0)
    return f"{number // size:,} {unit}"
