"""kafka-python, set up the same way everywhere: how to reach Kafka, and its errors as one sentence.

The admin, producer and consumer here are blocking and for the command line; the stages read through Faust.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
from kafka.net.compat import KafkaNetClient

from streams.errors import BrokerError
from streams.kafka.connection import bootstrap_addresses, security_options
from streams.kafka.diagnosis import blocker
from streams.kafka.protocols import Admin, Producer, Reader
from streams.kafka.tolerant.decompression import KAFKA_PYTHON, Bounds, bound
from streams.kafka.tolerant.installation import install
from streams.settings import Settings

#: How long the first answer may take. A broker on this machine answers within 0.1 s (4.1.0, 2026-11).
FIRST_ANSWER_MS = 6000
#: kafka-python's words for it, which leave out why.
UNREACHABLE = "Unable to bootstrap"
ERRNO = re.compile(r"(\d+) E[A-Z]+")
#: `[Error 30] GroupAuthorizationFailedError: `
ERROR_NUMBER = re.compile(r"\[Error \d+\] \w+: ")
LOGIN_ERRORS = (IllegalSaslStateError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError)
MIB = 1_048_576


class Complaints(logging.Handler):
    """Keeps what kafka-python last complained of, which its exceptions leave out, and stays silent."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the error that a log record speaks of."""
        causes = [one for one in _arguments(record) if isinstance(one, Exception)]
        if causes and UNREACHABLE not in str(causes[-1]):
            self.last = words(causes[-1])


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    return record.args if isinstance(record.args, tuple) else ()


complaints = Complaints()


def connection(settings: Settings) -> dict[str, Any]:
    """How to reach Kafka: the arguments that kafka-python's clients share. Raises `ConfigError`."""
    return {
        "bootstrap_servers": bootstrap_addresses(settings.bootstrap_servers),
        "bootstrap_timeout_ms": FIRST_ANSWER_MS,
        "client_id": f"copydesk.{settings.prefix}",
        "reconnect_backoff_max_ms": 1000,
        **security_options(settings.security),
    }


def admin(settings: Settings) -> AbstractContextManager[Admin]:
    """A `KafkaAdminClient` that is closed afterwards. Raises `BrokerError`."""
    return _open(settings, KafkaAdminClient, {})


def producer(settings: Settings, **options: Any) -> AbstractContextManager[Producer]:
    """A `KafkaProducer` (acks=all, idempotent: its defaults) that is flushed and closed afterwards.

    Its own limit of a request stands far above the topics': what is too large, the topic decides.
    Raises `BrokerError`.
    """
    return _open(
        settings, KafkaProducer, {"max_request_size": 95 * MIB, "allow_auto_create_topics": False, **options}
    )


def consumer(settings: Settings, **options: Any) -> AbstractContextManager[Reader]:
    """A `KafkaConsumer` of no group, read-committed, that commits nothing and is closed afterwards.

    It is to be given its partitions (`assign`). Raises `BrokerError`.
    """
    defaults = {
        "isolation_level": "read_committed",
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "fetch_max_bytes": 16 * MIB,
    }
    return _open(settings, KafkaConsumer, {**defaults, **options})


@contextmanager
def _open(settings: Settings, client: Callable[..., Any], options: dict[str, Any]) -> Iterator[Any]:
    _hush()
    bound(Bounds.of_tools(settings.largest_article), KAFKA_PYTHON)
    with broker_errors(settings):
        try:
            made = opened(client, **connection(settings), **options)
        except (OSError, ValueError) as error:
            raise _unreachable(settings, words(error)) from error
        try:
            yield made
        finally:
            made.close()


@contextmanager
def broker_errors(settings: Settings) -> Iterator[None]:
    """What kafka-python raises inside becomes a `BrokerError` of one sentence."""
    complaints.last = None
    try:
        yield
    except KafkaError as error:
        if UNREACHABLE in str(error):
            raise _unreachable(settings, blocker(settings) or complaints.last or "no answer") from error
        raise BrokerError(
            f"Kafka at {settings.bootstrap_servers} rejects: {rejection(settings, error)}"
        ) from error


def rejection(settings: Settings, error: BaseException) -> str:
    """What a KafkaError says; where it is a lack of rights, whose, and where it stands what is needed.

    Where the login failed, what to fix: kafka-python connects anew at any time, and a password may be new.
    """
    said = words(error)
    if _is_of_login(settings, error):
        what = ERROR_NUMBER.sub("", said).removeprefix(f"{type(error).__name__}: ")
        return blocker(settings) or what
    if "AuthorizationFailed" not in type(error).__name__:
        return said
    what = ERROR_NUMBER.sub("", said).rstrip(":")
    return f"{lacks(settings, what)}; `copydesk topics acls` prints what each role needs"


def _is_of_login(settings: Settings, error: BaseException) -> bool:
    """Whether it is, or may be: of a wrong password kafka-python may say that the socket is disconnected."""
    asked = settings.security.protocol.startswith("SASL")
    return isinstance(error, LOGIN_ERRORS) or (asked and isinstance(error, KafkaConnectionError))


def lacks(settings: Settings, what: str) -> str:
    """The beginning of a sentence about a right that is missing."""
    return f"user {settings.security.username or 'ANONYMOUS'} has no right: {what}"


def _unreachable(settings: Settings, why: str) -> BrokerError:
    return BrokerError(f"cannot reach Kafka at {settings.bootstrap_servers}: {why}")


def _hush() -> None:
    """kafka-python logs what it also raises: its words go to `complaints`, not to the terminal."""
    logger = logging.getLogger("kafka")
    logger.propagate = False
    if complaints not in logger.handlers:
        logger.addHandler(complaints)


def words(error: BaseException) -> str:
    """`KafkaConnectionError: 111 ECONNREFUSED` as `Connection refused`: no class, no number, one line."""
    text = " ".join(str(error).split()).removeprefix(f"{type(error).__name__}: ")
    number = ERRNO.fullmatch(text)
    return (os.strerror(int(number[1])) if number else text.rstrip(".")) or type(error).__name__


def opened(client: Callable[..., Any], **arguments: Any) -> Any:
    """The client, made. Raises what its constructor raises, with nothing left open."""
    install()
    inside = []

    def kept(**given: Any) -> Any:
        inside.append(KafkaNetClient(**given))
        return inside[-1]

    try:
        return client(kafka_client=kept, **arguments)
    except BaseException:
        for one in inside:
            one.close()
        raise
