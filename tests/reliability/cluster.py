"""A cluster of several Kafka nodes on this machine, to test what happens when a node fails."""

from collections.abc import Mapping
from pathlib import Path

from streams.local.broker.node import HEAP, Broker, Member
from streams.local.broker.ports import free_ports
from streams.local.broker.preflight import Startable
from streams.local.broker.storage import cluster_id


class Cluster(Startable):
    """`nodes` combined brokers and controllers, each in its own folder below `folder`.

    As a context manager it starts and stops. It answers only while more than half of the nodes run.
    """

    def __init__(
        self, folder: Path, nodes: int = 3, *, heap: int = HEAP, settings: Mapping[str, str] | None = None
    ) -> None:
        """`heap` is in MB per node; `settings` are Kafka's own, for every node."""
        ports = {number: free_ports(0) for number in range(1, nodes + 1)}
        quorum = {number: controller for number, (_, controller) in ports.items()}
        identity = cluster_id()
        self.nodes = tuple(
            Broker(
                folder / f"node-{number}",
                port,
                heap=heap,
                member=Member(id=number, quorum=quorum, cluster=identity),
                settings=settings,
            )
            for number, (port, _) in ports.items()
        )

    @property
    def bootstrap_servers(self) -> str:
        """The addresses of all nodes, separated by commas."""
        return ",".join(node.bootstrap_servers for node in self.nodes)

    def start(self) -> None:
        """Start every node that does not run, and return when all answer. Raises `CannotStart`."""
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait_until_usable()

    def stop(self) -> None:
        """Kill all nodes, because the last ones would wait for a majority that is gone."""
        for node in self.nodes:
            node.kill()

    kill = stop
