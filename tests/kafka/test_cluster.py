"""A cluster of three nodes: what is confirmed outlasts any one of them."""

import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic

from streams.broker.cluster import Cluster
from tests.kafka.harness import until
from tests.kafka.test_broker import read

pytestmark = pytest.mark.kafka

#: In a process of its own: kafka-python 3.0.12 leaves the socket of a node that is down to the collector.
SEND = """
import sys
from kafka import KafkaProducer
producer = KafkaProducer(bootstrap_servers=sys.argv[1], acks="all")
producer.send("kept", sys.argv[2].encode()).get(timeout=60)
producer.close()
"""


def test_what_three_nodes_have_confirmed_outlasts_one_of_them_and_all_at_once(tmp_path: Path) -> None:
    with Cluster(tmp_path, heap=160) as cluster:
        admin = KafkaAdminClient(bootstrap_servers=cluster.bootstrap_servers)
        admin.create_topics([NewTopic("kept", 1, 3, topic_configs={"min.insync.replicas": "2"})])
        admin.close()
        first, *others = cluster.nodes
        first.kill()
        assert not first.alive
        two = ",".join(one.bootstrap_servers for one in others)
        subprocess.run([sys.executable, "-c", SEND, two, "taken by two"], check=True)
        cluster.kill()
        cluster.start()
        until(lambda: read(first, "kept") == [b"taken by two"], "the first one has it too")
