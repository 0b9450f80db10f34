"""Which addresses a webhook may connect to: public ones, and those that the settings allow.

Otherwise anybody who can set a URL, answer with a redirect, or change a host's address could make the sink
connect to databases, metadata services and neighbours that only this machine can reach.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from streams.errors import ConfigError, Unavailable

Address = IPv4Address | IPv6Address

#: RFC 6052: the last four bytes are an IPv4 address.
NAT64 = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = IPv6Network("2000::/3")
#: Special-purpose by IANA's registries, but `is_global` in some versions of Python from 3.11 to 3.13.
SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")))
ENTRY = re.compile(
    r"\[(?P<inner>[^\]]+)\](:(?P<inner_port>\d+))?|(?P<host>[^:]+)(:(?P<port>\d+))?|(?P<bare>.+)"
)
NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


class Forbidden(Unavailable):
    """An address that is neither public nor allowed. It counts as an outage."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An entry of `allow_private`: a network, or a name with any address; on a port, or on all."""

    target: str
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        """Whether this entry allows `host`, at `address`, on `port`."""
        if self.port not in (None, port):
            return False
        try:
            return address in ip_network(self.target, strict=False)
        except ValueError:
            return self.target == plain_name(host)


class Addresses:
    def __init__(self, allow_private: str) -> None:
        self._allowed = [_entry(text.strip()) for text in allow_private.split(",") if text.strip()]

    def check(self, host: str, resolved: str, port: int) -> None:
        """Raise `Forbidden` where `host`, with the address `resolved`, is not allowed."""
        address = embedded(ip_address(resolved))
        if not is_public(address) and not any(entry.covers(host, address, port) for entry in self._allowed):
            raise Forbidden(f"{host} is {resolved}, which is not public: add it to allow_private to allow it")


def is_public(address: Address) -> bool:
    """Whether the address is that of the same machine everywhere on the internet."""
    if any(address.version == network.version and address in network for network in SPECIAL):
        return False
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def embedded(address: Address) -> Address:
    """The IPv4 address in an IPv6 address (mapped, NAT64, 6to4), or else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def plain_name(host: str) -> str:
    """A name in lower case, without the dot of the root, so that it can be compared."""
    return host.lower().removesuffix(".")


def _entry(text: str) -> Allowed:
    match = ENTRY.fullmatch(text)
    target = plain_name((match and (match["inner"] or match["host"] or match["bare"])) or "")
    port = match and (match["inner_port"] or match["port"])
    try:
        ip_network(target, strict=False)
    except ValueError as error:
        if not NAME.fullmatch(target) or target.replace(".", "").isdecimal():
            raise ConfigError(f"allow_private: {text!r} is not an address, network or name") from error
    return Allowed(target, int(port) if port else None)
