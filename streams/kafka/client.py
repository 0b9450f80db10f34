"""kafka-python, set up the same way everywhere: how to reach Kafka, and its errors as one sentence.

The admin client, producer and consumer here block; they are for the command line. Stages read through Faust.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    RequestTimedOutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)
from kafka.net.compat import KafkaNetClient

from streams.errors import BrokerError, Interrupted
from streams.kafka.connecting import connecting, unreachable
from streams.kafka.connection import bootstrap_addresses, security_options
from streams.kafka.diagnosis import blocker
from streams.kafka.protocols import Admin, Producer, Reader
from streams.kafka.tolerant.decompression import KAFKA_PYTHON, Bounds, bound
from streams.kafka.tolerant.installation import install
from streams.kafka.tolerant.sockets import ClosingSelector
from streams.settings import Settings

#: How long the first answer may take. A broker on this machine answers within 0.1 s (4.1.0, 2026-11).
FIRST_ANSWER_MS = 6000
#: How long a producer that is given up may take to close.
ABANDON_SECONDS = 2.0
#: kafka-python's message, which leaves out the reason.
UNREACHABLE = "Unable to bootstrap"
ERRNO = re.compile(r"(\d+) E[A-Z]+")
#: `[Error 30] GroupAuthorizationFailedError: `
ERROR_NUMBER = re.compile(r"\[Error \d+\] \w+: ")
LOGIN_ERRORS = (IllegalSaslStateError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError)
MIB = 1_048_576


class Complaints(logging.Handler):
    """Keeps the last error that kafka-python logged, which its exceptions leave out, and prints nothing."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last: str | None = None

    def emit(self, record: logging.LogRecord) -> None:
        arguments = record.args if isinstance(record.args, tuple) else ()
        errors = [argument for argument in arguments if isinstance(argument, Exception)]
        says_nothing = not errors or isinstance(errors[-1], RequestTimedOutError)
        if not says_nothing and UNREACHABLE not in str(errors[-1]):
            self.last = words(errors[-1])


complaints = Complaints()


def connection(settings: Settings) -> dict[str, Any]:
    """The arguments that all of kafka-python's clients share. Raises `ConfigError`."""
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

    Its own limit of a request is far above that of the topics, which decide what is too large.
    Raises `BrokerError`.
    """
    defaults = {"max_request_size": 95 * MIB, "allow_auto_create_topics": False}
    return _open(settings, KafkaProducer, {**defaults, **options})


def consumer(settings: Settings, **options: Any) -> AbstractContextManager[Reader]:
    """A `KafkaConsumer` without group, read-committed, that commits nothing and is closed afterwards.

    Its partitions must be assigned. Raises `BrokerError`.
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
    open_client = _connected(settings, client, options)
    with broker_errors(settings):
        try:
            yield open_client
        except (KeyboardInterrupt, Interrupted):
            _abandon(open_client)
            raise
        except BaseException:
            open_client.close()
            raise
        open_client.close()


def _connected(settings: Settings, client: Callable[..., Any], options: dict[str, Any]) -> Any:
    _hush()
    install()
    bound(Bounds.of_tools(settings.largest_article), KAFKA_PYTHON)
    arguments = connection(settings)
    with connecting(settings), broker_errors(settings):
        try:
            return opened(client, **arguments, **options)
        except (OSError, ValueError) as error:
            raise unreachable(settings, words(error)) from error


def _abandon(open_client: Any) -> None:
    """Close at once. A producer would wait for Kafka to confirm the rest, without a limit."""
    if isinstance(open_client, KafkaProducer):
        # Its thread then fails what is left, and `close` has nothing to wait for (kafka-python 3.0.12).
        open_client._sender.force_close()
        with suppress(KafkaError):
            open_client.close(timeout=ABANDON_SECONDS)
    else:
        open_client.close()


@contextmanager
def broker_errors(settings: Settings) -> Iterator[None]:
    """Turns errors of kafka-python into a `BrokerError` of one sentence."""
    complaints.last = None
    try:
        yield
    except KafkaError as error:
        if UNREACHABLE in str(error):
            raise unreachable(settings, blocker(settings) or complaints.last or "no answer") from error
        sentence = f"Kafka at {settings.bootstrap_servers} rejects: {rejection(settings, error)}"
        raise BrokerError(sentence) from error


def rejection(settings: Settings, error: BaseException) -> str:
    """The message of a KafkaError; for a missing right, also which user lacks it and what lists the rights.

    For a failed login, what to fix: kafka-python reconnects at any time, and the password may have changed.
    """
    text = words(error)
    if _is_of_login(settings, error):
        return blocker(settings) or ERROR_NUMBER.sub("", text).removeprefix(f"{type(error).__name__}: ")
    if "AuthorizationFailed" not in type(error).__name__:
        return text
    right = ERROR_NUMBER.sub("", text).rstrip(":")
    return f"{lacks(settings, right)}; `copydesk topics acls` prints what each role needs"


def _is_of_login(settings: Settings, error: BaseException) -> bool:
    """Whether it is or may be: of a wrong password kafka-python may report only a disconnected socket."""
    with_login = settings.security.protocol.startswith("SASL")
    return isinstance(error, LOGIN_ERRORS) or (with_login and isinstance(error, KafkaConnectionError))


def lacks(settings: Settings, right: str) -> str:
    """The beginning of a sentence about a missing right."""
    return f"user {settings.security.username or 'ANONYMOUS'} has no right: {right}"


def _hush() -> None:
    """kafka-python logs what it also raises: that goes to `complaints`, not to the terminal."""
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
    """A new client. Raises what its constructor raises, and leaves no connection open then."""
    install()
    networks = []

    def network(**options: Any) -> Any:
        networks.append(KafkaNetClient(net=ClosingSelector(**options), **options))
        return networks[-1]

    try:
        return client(kafka_client=network, **arguments)
    except BaseException:
        for opened_network in networks:
            opened_network.close()
        raise
