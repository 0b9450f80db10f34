"""The identity of a topic's log: a recreated topic, or a Kafka with other data, has another log.

Kafka gives each new topic an id, and never uses it again (KIP-516). Offsets are valid within one log only.
"""

import hashlib
import uuid
from contextlib import ExitStack

from kafka.errors import KafkaError

from streams.errors import BrokerError, Unavailable
from streams.kafka import client
from streams.kafka.protocols import Admin
from streams.settings import Settings

#: 48 bits: two logs of one name have the same identity once in 10^14.
DIGEST_BYTES = 6
NO_ID = uuid.UUID(int=0)


class LogIdentity:
    """Looks up the id of a topic's current log, through one connection that is kept."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._settings, self._topic = settings, topic
        self._opened = ExitStack()
        self._admin: Admin | None = None

    def look_up(self) -> str:
        """The id of the log. Raises `Unavailable` where Kafka does not answer."""
        try:
            if self._admin is None:
                self._admin = self._opened.enter_context(client.admin(self._settings))
            return source_id(self._admin, self._topic)
        except BrokerError as error:
            raise Unavailable(str(error)) from error
        except KafkaError as error:
            self.close()
            sentence = f"cannot identify the log of {self._topic}: {client.words(error)}"
            raise Unavailable(sentence) from error

    def close(self) -> None:
        """Close the connection; the next `look_up` opens another."""
        self._admin = None
        self._opened.close()


def source_id(admin: Admin, topic: str) -> str:
    """A short id of the log: from the topic's id, or before Kafka 2.8 from its cluster and name.

    Raises `Unavailable` where there is no such topic, or this user may not see it.
    """
    [described] = admin.describe_topics([topic])
    if described["error_code"]:
        raise Unavailable(f"cannot identify the log of {topic} (error {described['error_code']})")
    topic_id = uuid.UUID(str(described.get("topic_id") or NO_ID))
    # No other topic of any cluster has the id; without one, the cluster and the name identify the log.
    identity = str(topic_id) if topic_id != NO_ID else f"{admin.describe_cluster()['cluster_id']}/{topic}"
    return hashlib.blake2b(identity.encode(), digest_size=DIGEST_BYTES).hexdigest()
