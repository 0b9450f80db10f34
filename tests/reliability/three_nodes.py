"""Three nodes, of which two confirm a record: as a program, it prints what the first node has in the end.

It is a process of its own because kafka-python 3.0.12 leaves the socket of a stopped node to the garbage
collector, which would report it in a later test.
"""

import sys
from pathlib import Path

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from streams.kafka.client import opened
from tests.kafka.commands.test_broker import read
from tests.reliability.cluster import Cluster
from tests.support.pipelines.harness import until

TOPIC = "kept"


def main(folder: Path) -> None:
    """Kill one node, let the others confirm a record, then kill and start all of them."""
    with Cluster(folder, heap=160) as cluster:
        admin = opened(KafkaAdminClient, bootstrap_servers=cluster.bootstrap_servers)
        admin.create_topics([NewTopic(TOPIC, 1, 3, topic_configs={"min.insync.replicas": "2"})])
        admin.close()
        first, *others = cluster.nodes
        first.kill()
        print("alive:", first.alive)
        producer = opened(
            KafkaProducer, bootstrap_servers=[node.bootstrap_servers for node in others], acks="all"
        )
        producer.send(TOPIC, b"confirmed by two").get(timeout=60)
        producer.close()
        cluster.kill()
        cluster.start()
        print("holds:", until(lambda: read(first, TOPIC), "the first node has the record of the others"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
