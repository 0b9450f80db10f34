"""Why Kafka cannot be reached, in a sentence that says what to fix.

kafka-python retries whatever the reason is, and reports the last one: "socket disconnected" for a wrong
password, "Invalid frame length: 352518912" for TLS (3.0.12). So a failure is examined with one connection of
aiokafka, whose errors are exact.
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
from streams.kafka.connection import bootstrap_addresses, host_and_port, sasl_credentials, tls_context
from streams.settings import SecuritySettings, Settings

SECONDS = 5.0


class NoLoginError(Exception):
    """Kafka answers, and then closes the connection: it requires a login."""


def blocker(settings: Settings) -> str | None:
    """Why we cannot connect to any of Kafka's addresses; None where we can. Raises `ConfigError`."""
    # dlq and the worker's threads ask from within an event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, _blocker(settings)).result()


def require_entry(settings: Settings) -> None:
    """Raise `BrokerError` where we cannot connect to Kafka."""
    reason = blocker(settings)
    if reason is not None:
        raise BrokerError(f"cannot reach Kafka at {settings.bootstrap_servers}: {reason}")


async def _blocker(settings: Settings) -> str | None:
    first = None
    for server in bootstrap_addresses(settings.bootstrap_servers):
        reason = await _blocker_at(*host_and_port(server), settings.security)
        if reason is None:
            return None
        first = first or reason
    return first or None


async def _blocker_at(host: str, port: int, security: SecuritySettings) -> str | None:
    """None: we can connect. Empty: we cannot, and the reason is not known."""
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
        return f"it does not support {security.mechanism}; set security.mechanism to one that it supports"
    except NoLoginError:
        return "it requires a login; set security.protocol to SASL_SSL or SASL_PLAINTEXT"
    except IllegalSaslStateError:
        return f"it has no logins, and security.protocol is {security.protocol}; set PLAINTEXT or SSL"
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
            # Only the first real request shows whether a login is required.
            await connection.send(MetadataRequest([]))
        except KafkaError as error:
            raise NoLoginError from error
        finally:
            connection.close()


def _certificate(error: ssl.SSLCertVerificationError, security: SecuritySettings) -> str:
    trusted = f"security.ca_file {security.ca_file}" if security.ca_file else "the system"
    return (
        f"its certificate is not trusted by {trusted} ({error.verify_message.rstrip('.')}); set"
        " security.ca_file to the certificate of Kafka's authority, and the address to a name it is for"
    )


async def _other_protocol(host: str, port: int, security: SecuritySettings) -> str | None:
    """Whether it speaks TLS where we do not, or the other way round."""
    if security.protocol.endswith("SSL"):
        plain = await _answers(host, port, "PLAINTEXT", None)
        protocols = "PLAINTEXT or SASL_PLAINTEXT, or the port to that of TLS"
        return f"it speaks no TLS there; set security.protocol to {protocols}" if plain else None
    unchecked = ssl.create_default_context()
    unchecked.check_hostname, unchecked.verify_mode = False, ssl.CERT_NONE
    tls = await _answers(host, port, "SSL", unchecked)
    return "it speaks TLS there; set security.protocol to SSL or SASL_SSL" if tls else None


async def _answers(host: str, port: int, protocol: str, context: ssl.SSLContext | None) -> bool:
    """Whether a Kafka answers in that protocol. Nothing secret is sent."""
    options = {"security_protocol": protocol, "ssl_context": context, "request_timeout_ms": 3000}
    try:
        async with asyncio.timeout(SECONDS):
            connection = await create_conn(host, port, **options)
    except (KafkaError, OSError):
        return False
    connection.close()
    return True
