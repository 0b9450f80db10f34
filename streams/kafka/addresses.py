"""The addresses of Kafka out of the setting `bootstrap_servers`, read in one way by all who reach it."""

import re

from streams.errors import ConfigError

#: Kafka's own, which its clients take where none is given. Java's take none.
DEFAULT_PORT = "9092"
ADDRESS = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+)(?::([0-9]+))?")
MAX_PORT = 65_535
#: A wrong address is told as far as this; a DNS name has 253 characters at the most.
SHOWN = 80


def addresses(text: str) -> list[str]:
    """Each address as `host:port`, in its order; blanks and empty parts are nothing. Raises `ConfigError`."""
    found = [_address(one.strip()) for one in text.split(",") if one.strip()]
    if not found:
        raise ConfigError("bootstrap_servers is empty: it must name one address of Kafka at least")
    return found


def _address(written: str) -> str:
    parts = ADDRESS.fullmatch(written)
    if parts is None:
        raise ConfigError(f"bootstrap_servers names {written[:SHOWN]!r}, which is not of the form host:port")
    port = parts[2] or DEFAULT_PORT
    # Before it is made a number: Python refuses numbers of more than 4300 digits.
    if len(port) > len(str(MAX_PORT)) or not 1 <= int(port) <= MAX_PORT:
        raise ConfigError(
            f"bootstrap_servers names {written[:SHOWN]!r}, whose port is not one of 1 to {MAX_PORT}"
        )
    return f"{parts[1]}:{int(port)}"
