"""Why Kafka does not let us in, in a sentence that says what to fix.

kafka-python tries on whatever the reason, and then tells the last one: "socket disconnected" for a wrong
password, "Invalid frame length: 352518912" for TLS (3.0.12). So a failure is looked into by one connection of
aiokafka, whose errors say what it was.
"""

import asyncio
import ssl
from concurrent.futures import ThreadPoolExecutor

from aiokafka.conn import create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.metadata import MetadataRequest

from streams.errors import BrokerError
from streams.kafka.connection import bootstrap_addresses, sasl_credentials, tls_context
from streams.settings import SecuritySettings, Settings

SECONDS = 5.0


class NoLoginError(Exception):
    """Kafka answers, and then closes the connection: it waits for a login."""


def blocker(settings: Settings) -> str | None:
    """What keeps us from each of Kafka's addresses; None where one of them lets us in.

    Raises `ConfigError`.
    """
    # dlq and the worker's threads ask from within an event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _blocker(settings)).result()


def require_entry(settings: Settings) -> None:
    """Raise `BrokerError` where Kafka would not let us in."""
    why = blocker(settings)
    if why is not None:
        raise BrokerError(f"cannot reach Kafka at {settings.bootstrap_servers}: {why}")


async def _blocker(settings: Settings) -> str | None:
    found = None
    for server in bootstrap_addresses(settings.bootstrap_servers):
        host, _, port = server.rpartition(":")
        why = await _of_one(host.strip("[]"), int(port), settings.security)
        if why is None:
            return None
        found = found or why
    return found or None


async def _of_one(host: str, port: int, security: SecuritySettings) -> str | None:
    """None: it lets us in. Empty: it does not, and why is not known."""
    try:
        await _connect(host, port, security)
    except ssl.SSLCertVerificationError as error:
        return _certificate(error, security)
    except SaslAuthenticationFailed:
        return (
            f"user {security.username!r} or the password is wrong; fix security.username,"
            " COPYDESK_SECURITY__PASSWORD or security.password_file"
        )
    except UnsupportedSaslMechanismError:
        return f"it takes no {security.mechanism}; set security.mechanism to one that it takes"
    except NoLoginError:
        return "it lets in nobody without a login; set security.protocol to SASL_SSL or SASL_PLAINTEXT"
    except IllegalSaslStateError:
        return f"it asks for no login, and security.protocol is {security.protocol}; set PLAINTEXT or SSL"
    except (KafkaError, OSError) as error:  # TimeoutError is an OSError
        closed = "it closes the connection" if isinstance(error, ConnectionResetError) else ""
        return await _other_protocol(host, port, security) or closed
    return None


async def _connect(host: str, port: int, security: SecuritySettings) -> None:
    name, password = sasl_credentials(security) if security.protocol.startswith("SASL") else (None, None)
    async with asyncio.timeout(SECONDS):
        connection = await create_conn(
            host,
            port,
            security_protocol=security.protocol,
            ssl_context=tls_context(security) if security.protocol.endswith("SSL") else None,
            sasl_mechanism=security.mechanism,
            sasl_plain_username=name,
            sasl_plain_password=password,
            request_timeout_ms=round(SECONDS * 1000),
        )
        try:
            # Who is let in without a login is told only by the first real question.
            await connection.send(MetadataRequest([]))
        except KafkaError as error:
            raise NoLoginError from error
        finally:
            connection.close()


def _certificate(error: ssl.SSLCertVerificationError, security: SecuritySettings) -> str:
    trusted = f"security.ca_file {security.ca_file}" if security.ca_file else "the system"
    return (
        f"its certificate is not one that {trusted} vouches for ({error.verify_message.rstrip('.')});"
        " set security.ca_file to the certificate of Kafka's authority, and the address to a name it is for"
    )


async def _other_protocol(host: str, port: int, security: SecuritySettings) -> str | None:
    """Whether it speaks TLS where we do not, or the other way round."""
    if security.protocol.endswith("SSL"):
        speaks = await _answers(host, port, "PLAINTEXT", None)
        right = "PLAINTEXT or SASL_PLAINTEXT, or the port to that of TLS"
        return f"it speaks no TLS there; set security.protocol to {right}" if speaks else None
    anyone = ssl.create_default_context()
    anyone.check_hostname, anyone.verify_mode = False, ssl.CERT_NONE
    speaks = await _answers(host, port, "SSL", anyone)
    return "it speaks TLS there; set security.protocol to SSL or SASL_SSL" if speaks else None


async def _answers(host: str, port: int, protocol: str, anyone: ssl.SSLContext | None) -> bool:
    """Whether a Kafka answers in that protocol. Nothing secret is sent."""
    try:
        async with asyncio.timeout(SECONDS):
            connection = await create_conn(
                host, port, security_protocol=protocol, ssl_context=anyone, request_timeout_ms=3000
            )
    except (KafkaError, OSError):
        return False
    connection.close()
    return True
