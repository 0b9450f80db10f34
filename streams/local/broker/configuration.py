"""The configuration of a Kafka node: its `server.properties`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HOST = "127.0.0.1"
MIB = 1_048_576
#: Characters that `java.util.Properties` reads only as escapes inside a value.
ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\f": r"\f"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A further listener of a node, on loopback. `advertised`: the port that clients get, if not its own."""

    name: str
    port: int
    protocol: str = "PLAINTEXT"
    advertised: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node, broker and controller in one (KRaft). `quorum`: every node's id and its controller's port.

    `settings` are Kafka's own, and override those that `server_properties` chooses.
    """

    id: int = 1
    port: int
    quorum: Mapping[int, int]
    data: Path
    listeners: Sequence[Listener] = ()
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def replicas(self) -> int:
        """Copies of Kafka's own topics: three if there are three nodes."""
        return min(3, len(self.quorum))


def server_properties(node: Node) -> dict[str, str]:
    """The settings of a node; all others are Kafka's defaults. It listens on loopback only."""
    voters = ",".join(f"{each}@{HOST}:{port}" for each, port in sorted(node.quorum.items()))
    settings: dict[str, object] = {
        "process.roles": "broker,controller",
        "node.id": node.id,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        **_listeners(node),
        "log.dirs": node.data,
        "auto.create.topics.enable": "false",
        # A topic's own limit may be above this one; a replica must then fetch as much.
        "message.max.bytes": 17 * MIB,
        "replica.fetch.max.bytes": 17 * MIB,
        # The default of 3 s delays the first member of every consumer group.
        "group.initial.rebalance.delay.ms": 0,
        # After kill -9 a node is admitted again when its old session has expired: with the default of 9 s it
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
    clients = [Listener(name="PLAINTEXT", port=node.port), *node.listeners]
    every = [*clients, Listener(name="CONTROLLER", port=node.quorum[node.id])]
    advertised = (f"{way.name}://{HOST}:{way.advertised or way.port}" for way in clients)
    return {
        "listener.security.protocol.map": ",".join(f"{way.name}:{way.protocol}" for way in every),
        "listeners": ",".join(f"{way.name}://{HOST}:{way.port}" for way in every),
        "advertised.listeners": ",".join(advertised),
        "inter.broker.listener.name": "PLAINTEXT",
    }


def _internal_topics(node: Node) -> dict[str, object]:
    """Kafka's own topics, with few partitions: the default of 50 each only costs a single node."""
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
    return "".join(f"{name}={_escaped(value)}\n" for name, value in settings.items())


def _escaped(value: str) -> str:
    """A value as `java.util.Properties` reads it: a backslash escapes, leading blanks are dropped."""
    value = value.translate(ESCAPES)
    if value.startswith(" "):
        value = "\\" + value
    # \uXXXX takes UTF-16 units.
    units = value.encode("utf-16-be")
    pairs = (int.from_bytes(units[i : i + 2]) for i in range(0, len(units), 2))
    return "".join(chr(unit) if unit < 128 else f"\\u{unit:04x}" for unit in pairs)
