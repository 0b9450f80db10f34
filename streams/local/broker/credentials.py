"""The credentials of the settings as Kafka's Java clients need them."""

import ssl
from pathlib import Path

from streams.kafka.connection import sasl_credentials
from streams.settings import SecuritySettings

MODULES = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
}


def client_properties(security: SecuritySettings) -> dict[str, str]:
    """Client settings for `security`, the password in clear; none for PLAINTEXT, which is the default."""
    if security.protocol == "PLAINTEXT":
        return {}
    settings = {"security.protocol": security.protocol}
    if security.protocol.startswith("SASL"):
        settings |= {"sasl.mechanism": security.mechanism, "sasl.jaas.config": _login(security)}
    authorities = security.ca_file or system_authorities()
    if security.protocol.endswith("SSL") and authorities:
        # A relative path in the settings is relative to where the command runs, for Java too.
        settings |= {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(authorities.absolute())}
    return settings


def system_authorities() -> Path | None:
    """The file of the authorities that our own clients trust; None if the system has none: Java's count then.

    Java's own are not the system's: it would not know an authority that was added there.
    """
    file = ssl.get_default_verify_paths().cafile
    return None if file is None else Path(file)


def _login(security: SecuritySettings) -> str:
    name, password = sasl_credentials(security)
    login = f'username="{_quoted(name)}" password="{_quoted(password)}"'
    return f"{MODULES[security.mechanism]} required {login};"


def _quoted(text: str) -> str:
    """Inside the quotation marks of a JAAS entry."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
