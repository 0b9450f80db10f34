"""What a node of Kafka is told: its `server.properties`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
MIB = 1_048_576
#: What `java.util.Properties` must not meet bare inside a value.
ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\f": r"\f"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A further way to a node, on loopback. `advertised`: the port told to clients, where not its own."""

    name: str
    port: int
    protocol: str = "PLAINTEXT"
    advertised: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One node, broker and controller in one (KRaft). `quorum`: every node's id and its controller's port.

    `settings` are Kafka's own, and stand above those that `server_properties` chooses.
    """

    id: int = 1
    port: int
    quorum: Mapping[int, int]
    data: Path
    listeners: Sequence[Listener] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def replicas(self) -> int:
        """Copies of Kafka's own topics: three where there are three nodes."""
        return min(3, len(self.quorum))


def server_properties(node: Node) -> dict[str, str]:
    """The settings of one node; those not named here are Kafka's own. It listens on loopback only."""
    voters = ",".join(f"{each}@{HOST}:{port}" for each, port in sorted(node.quorum.items()))
    settings: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": node.id,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        **_listeners(node),
        "log.dirs": node.data,
        "auto.create.topics.enable": "false",
        # A topic's own limit may stand above this one; a replica must then fetch as much.
        "message.max.bytes": 17 * MIB,
        "replica.fetch.max.bytes": 17 * MIB,
        # The default of 3 s holds up every first member of every consumer group.
        "group.initial.rebalance.delay.ms": 0,
        # After kill -9 a node is let in again when its old session has run out: with the default of 9 s it
        # was usable after 11.5 s.
        "broker.session.timeout.ms": 3000,
        "broker.heartbeat.interval.ms": 500,
        # With the default of 128 MiB the process takes 294 MB when it starts, with this 176. It holds 600,000
        # keys of a compacted topic in one pass.
        "log.cleaner.dedupe.buffer.size": 16 * MIB,
    }
    chosen = {name: str(value) for name, value in (settings | _internal_topics(node)).items()}
    return chosen | dict(node.settings)


def _listeners(node: Node) -> dict[str, object]:
    """Where it listens: its own port, its controller's, and the further ones."""
    ways = [Listener(name="PLAINTEXT", port=node.port), *node.listeners]
    controller = Listener(name="CONTROLLER", port=node.quorum[node.id])
    return {
        "listener.security.protocol.map": ",".join(
            f"{one.name}:{one.protocol}" for one in [*ways, controller]
        ),
        "listeners": ",".join(f"{one.name}://{HOST}:{one.port}" for one in [*ways, controller]),
        "advertised.listeners": ",".join(f"{one.name}://{HOST}:{one.advertised or one.port}" for one in ways),
        "inter.broker.listener.name": "PLAINTEXT",
    }


def _internal_topics(node: Node) -> dict[str, object]:
    """Kafka's own topics, of few partitions: by default 50 each, which one node only pays for."""
    in_sync = max(1, node.replicas - 1)
    return {
        "offsets.topic.num.partitions": 8,
        "offsets.topic.replication.factor": node.replicas,
        "transaction.state.log.num.partitions": 4,
        "transaction.state.log.replication.factor": node.replicas,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": node.replicas,
        "share.coordinator.state.topic.min.isr": in_sync,
    }


def properties_text(settings: Mapping[str, str]) -> str:
    """Settings in the format of Java's property files, which are Latin-1 with `\\uXXXX` for all else."""
    lines = (f"{name}={_escaped(value)}\n" for name, value in settings.items())
    return "".join(lines)


def _escaped(value: str) -> str:
    """A value as `java.util.Properties` reads it: a backslash escapes, leading blanks are dropped."""
    value = value.translate(ESCAPES)
    if value.startswith(" "):
        value = "\\" + value
    # \uXXXX takes UTF-16 units.
    units = value.encode("utf-16-be")
    pairs = (int.from_bytes(units[i : i + 2]) for i in range(0, len(units), 2))
    return "".join(chr(unit) if unit < 128 else f"\\u{unit:04x}" for unit in pairs)
