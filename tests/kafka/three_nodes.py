"""What three nodes have confirmed: run as a program, it says what the first one holds in the end.

A process of its own: kafka-python 3.0.12 leaves the socket of a node that is down to the collector, which
would find it in some later test.
"""

import sys
from pathlib import Path

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from streams.broker.cluster import Cluster
from streams.opening import opened
from tests.kafka.harness import until
from tests.kafka.test_broker import read

TOPIC = "kept"


def main(folder: Path) -> None:
    """One node is killed, the others confirm a record; then all are killed and started."""
    with Cluster(folder, heap=160) as cluster:
        admin = opened(KafkaAdminClient, bootstrap_servers=cluster.bootstrap_servers)
        admin.create_topics([NewTopic(TOPIC, 1, 3, topic_configs={"min.insync.replicas": "2"})])
        admin.close()
        first, *others = cluster.nodes
        first.kill()
        print("alive:", first.alive)
        producer = opened(
            KafkaProducer, bootstrap_servers=[one.bootstrap_servers for one in others], acks="all"
        )
        producer.send(TOPIC, b"taken by two").get(timeout=60)
        producer.close()
        cluster.kill()
        cluster.start()
        print("holds:", until(lambda: read(first, TOPIC), "the first one has what the others took"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
