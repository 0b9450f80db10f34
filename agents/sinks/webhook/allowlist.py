"""Which addresses a webhook may connect to: public ones, and what the settings name besides.

Whoever can set a URL, answer with a redirect, or rename a host could otherwise have the sink reach
databases, metadata services and neighbours that only this machine can reach.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from streams.errors import ConfigError, Unavailable

Address = IPv4Address | IPv6Address

#: RFC 6052: the last four bytes are an IPv4 address.
NAT64 = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = IPv6Network("2000::/3")
#: Special purpose by IANA's registries, and yet `is_global` in some Python from 3.11 to 3.13.
SPECIAL = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "3fff::/20")))
ENTRY = re.compile(
    r"\[(?P<inner>[^\]]+)\](:(?P<inner_port>\d+))?|(?P<host>[^:]+)(:(?P<port>\d+))?|(?P<bare>.+)"
)
NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


class Forbidden(Unavailable):
    """An address that is neither public nor allowed. For the records it is an outage."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of `allow_private`: a network, or a name whatever its address; on one port or on all."""

    what: str
    port: int | None

    def covers(self, host: str, address: Address, port: int) -> bool:
        """Whether this entry lets `host`, which is `address`, be reached on `port`."""
        if self.port not in (None, port):
            return False
        try:
            return address in ip_network(self.what, strict=False)
        except ValueError:
            return self.what == plain_name(host)


class Addresses:
    def __init__(self, allow_private: str) -> None:
        self._allowed = [_entry(one.strip()) for one in allow_private.split(",") if one.strip()]

    def check(self, host: str, found: str, port: int) -> None:
        """Raise `Forbidden` where `host`, found to be the address `found`, may not be reached."""
        address = embedded(ip_address(found))
        if not is_public(address) and not any(one.covers(host, address, port) for one in self._allowed):
            raise Forbidden(
                f"{host} is {found}, which is not public: name it in allow_private if it is meant"
            )


def is_public(address: Address) -> bool:
    """Whether everybody on the internet would reach the same machine at this address."""
    if any(address.version == one.version and address in one for one in SPECIAL):
        return False
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for (mapped, NAT64, 6to4); any other is itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def plain_name(host: str) -> str:
    """A name as it compares: small letters, without the dot of the root."""
    return host.lower().removesuffix(".")


def _entry(text: str) -> Allowed:
    found = ENTRY.fullmatch(text)
    what = plain_name((found and (found["inner"] or found["host"] or found["bare"])) or "")
    port = found and (found["inner_port"] or found["port"])
    try:
        ip_network(what, strict=False)
    except ValueError as error:
        if not NAME.fullmatch(what) or what.replace(".", "").isdecimal():
            raise ConfigError(f"allow_private: {text!r} is no address, network or name") from error
    return Allowed(what, int(port) if port else None)
