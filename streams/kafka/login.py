"""Who we are to Kafka, and whom we trust: what every client of ours is given, checked before it is used."""

import ssl
from pathlib import Path

from streams.errors import ConfigError
from streams.settings import SecuritySettings


def user(security: SecuritySettings) -> tuple[str, str]:
    """User name and password of a SASL protocol. Raises `ConfigError` where one is not given, or empty."""
    if not security.username:
        raise ConfigError(f"security.protocol is {security.protocol}, which needs security.username")
    password = _given(security) or _from_file(security.password_file)
    if not password:
        raise ConfigError(
            f"security.protocol is {security.protocol}, which needs a password:"
            " set COPYDESK_SECURITY__PASSWORD or security.password_file"
        )
    return security.username, password


def trust(security: SecuritySettings) -> ssl.SSLContext:
    """What tells whose certificates are taken. Raises `ConfigError` for a file that holds none."""
    try:
        return ssl.create_default_context(cafile=security.ca_file)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        why = "holds no certificates in PEM" if isinstance(error, ssl.SSLError) else _words(error)
        raise ConfigError(f"security.ca_file {security.ca_file} {why}") from error


def _given(security: SecuritySettings) -> str | None:
    return security.password.get_secret_value() if security.password else None


def _from_file(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"security.password_file {path} {_words(error)}") from error


def _words(error: Exception) -> str:
    """Never the error's own words where they might hold what the file holds."""
    return f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "is not text"
