"""How to reach Kafka: addresses, TLS and SASL credentials, checked before any client uses them."""

import re
import ssl
from pathlib import Path
from typing import Any

from streams.errors import ConfigError
from streams.settings import SecuritySettings

#: The default of librdkafka and kafka-python; Java's clients have none.
DEFAULT_PORT = "9092"
ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+)(?::([0-9]+))?")
MAX_PORT = 65_535
#: An invalid address is quoted up to this length; a DNS name has 253 characters at most.
QUOTED_LENGTH = 80


def bootstrap_addresses(setting: str) -> list[str]:
    """Each address of `bootstrap_servers` as `host:port`. Raises `ConfigError`."""
    addresses = [_address(part.strip()) for part in setting.split(",") if part.strip()]
    if not addresses:
        raise ConfigError("bootstrap_servers is empty: it must name at least one Kafka broker")
    return addresses


def _address(text: str) -> str:
    parts = ADDRESS.fullmatch(text)
    names = f"bootstrap_servers names {text[:QUOTED_LENGTH]!r}"
    if parts is None:
        raise ConfigError(f"{names}, which is not of the form host:port")
    port = parts[2] or DEFAULT_PORT
    # Before it becomes a number: Python rejects numbers of more than 4300 digits.
    if len(port) > len(str(MAX_PORT)) or not 1 <= int(port) <= MAX_PORT:
        raise ConfigError(f"{names}, whose port is not one of 1 to {MAX_PORT}")
    return f"{parts[1]}:{int(port)}"


def host_and_port(address: str) -> tuple[str, int]:
    """The parts of one of `bootstrap_addresses`, an IPv6 address without its brackets."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def security_options(security: SecuritySettings) -> dict[str, Any]:
    """TLS and SASL as kafka-python and aiokafka both take them. Raises `ConfigError`."""
    options: dict[str, Any] = {"security_protocol": security.protocol}
    if security.protocol.startswith("SASL"):
        username, password = sasl_credentials(security)
        options |= {
            "sasl_mechanism": security.mechanism,
            "sasl_plain_username": username,
            "sasl_plain_password": password,
        }
    if security.protocol.endswith("SSL"):
        options["ssl_context"] = tls_context(security)
    return options


def sasl_credentials(security: SecuritySettings) -> tuple[str, str]:
    """User name and password. Raises `ConfigError` if either is missing or empty."""
    if not security.username:
        raise ConfigError(f"security.protocol is {security.protocol}, which needs security.username")
    password = security.password.get_secret_value() if security.password else None
    password = password or _password_from_file(security.password_file)
    if not password:
        raise ConfigError(
            f"security.protocol is {security.protocol}, which needs a password:"
            " set COPYDESK_SECURITY__PASSWORD or security.password_file"
        )
    return security.username, password


def tls_context(security: SecuritySettings) -> ssl.SSLContext:
    """TLS with the certificates that are trusted. Raises `ConfigError` if the CA file holds none."""
    try:
        return ssl.create_default_context(cafile=security.ca_file)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        reason = "holds no certificates in PEM" if isinstance(error, ssl.SSLError) else _reason(error)
        raise ConfigError(f"security.ca_file {security.ca_file} {reason}") from error


def _password_from_file(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"security.password_file {path} {_reason(error)}") from error


def _reason(error: Exception) -> str:
    """Without the error's own message, which may quote the file."""
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "is not text"
