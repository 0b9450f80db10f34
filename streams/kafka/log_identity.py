"""Which log a topic is: a topic recreated, or a Kafka with other data, has another one under the same name.

Kafka gives each topic an id when it is made, and never again (KIP-516); the offsets of one log say nothing of
another's.
"""

import hashlib
import uuid
from contextlib import ExitStack

from kafka.errors import KafkaError

from streams.errors import BrokerError, Unavailable
from streams.kafka import client
from streams.kafka.protocols import Admin
from streams.settings import Settings

#: 48 bits: two logs of one name are alike once in 10^14.
DIGEST_BYTES = 6
NO_ID = uuid.UUID(int=0)


class LogIdentity:
    """Looks up the id of the log that a topic is now, through one connection that is kept."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings = settings
        self._topic = topic
        self._opened = ExitStack()
        self._admin: Admin | None = None

    def look_up(self) -> str:
        """The id of the log. Raises `Unavailable` where Kafka does not say it."""
        try:
            if self._admin is None:
                self._admin = self._opened.enter_context(client.admin(self._settings))
            return source_id(self._admin, self._topic)
        except BrokerError as error:
            raise Unavailable(str(error)) from error
        except KafkaError as error:
            self.close()
            raise Unavailable(
                f"Kafka does not say which log {self._topic} is: {client.words(error)}"
            ) from error

    def close(self) -> None:
        """Close the connection; the next look opens another."""
        self._admin = None
        self._opened.close()


def source_id(admin: Admin, topic: str) -> str:
    """A short id of the log: from the ids of the cluster and the topic, or its name before Kafka 2.8.

    Raises `Unavailable` where there is no such topic, or not for us.
    """
    [found] = admin.describe_topics([topic])
    if found["error_code"]:
        raise Unavailable(f"Kafka does not say which log {topic} is (error {found['error_code']})")
    topic_id = uuid.UUID(str(found.get("topic_id") or NO_ID))
    # No other topic has the id, wherever it lies; without one the cluster tells them apart.
    said = str(topic_id) if topic_id != NO_ID else f"{admin.describe_cluster()['cluster_id']}/{topic}"
    return hashlib.blake2b(said.encode(), digest_size=DIGEST_BYTES).hexdigest()
