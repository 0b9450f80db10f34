"""Ports on loopback: free ones to listen on, and whether a given Kafka answers on one."""

import errno
import socket

from streams.errors import BrokerError
from streams.local.broker.configuration import HOST


class PortTakenError(BrokerError):
    """Another program listens on the broker's port."""


def free_ports(port: int) -> tuple[int, int]:
    """A port for the broker (`port`, unless 0) and one for its controller. Raises `PortTakenError`."""
    with socket.socket() as broker, socket.socket() as controller:
        for each in (broker, controller):
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            broker.bind((HOST, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            state = "is taken by another program" if taken else f"is rejected ({error.strerror})"
            sentence = f"port {port} {state}: choose another one with --port, or stop what listens there"
            raise PortTakenError(sentence) from error
        controller.bind((HOST, 0))
        return broker.getsockname()[1], controller.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def answers(port: int, identity: str) -> bool:
    """Whether the cluster of that identity answers on the port, and has its broker."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    from streams.kafka.client import opened

    try:
        admin = opened(KafkaAdminClient, bootstrap_servers=f"{HOST}:{port}", request_timeout_ms=5000)
    except KafkaError:
        return False
    try:
        cluster = admin.describe_cluster()
        return cluster["cluster_id"] == identity and bool(cluster["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()
