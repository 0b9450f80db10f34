"""Where a webhook may connect to: public addresses, and what the settings name."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.sinks.webhook.allowlist import Addresses, Forbidden, embedded, is_public
from streams.errors import ConfigError

PRIVATE = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1:: 2002:a00:1:: 3fff::1 5f00::1 fc00::1
fd12:3456::1 fe80::1 fe80::1%1 fec0::1 ff02::1 4000::1
""".split()
PUBLIC = ["1.1.1.1", "8.8.8.8", "193.99.144.80", "2a00:1450:4001::64", "2606:4700::1111"]
PUBLIC += ["64:ff9b::808:808", "2002:808:808::"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_rejected(address: str) -> None:
    with pytest.raises(Forbidden, match=r"^some\.host is .*, which is not public: add it to allow_private"):
        Addresses("").check("some.host", address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not_rejected(address: str) -> None:
    Addresses("").check("some.host", address, 443)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_within_an_ipv6_address_is_found(address: object) -> None:
    plain = ip_address(str(address))
    number = int(plain)
    embedding = [f"::ffff:{plain}", f"64:ff9b::{plain}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"]
    assert [embedded(ip_address(text)) for text in embedding] == [plain] * 3


@given(st.ip_addresses(v=6))
def test_only_global_unicast_is_public(address: object) -> None:
    parsed = ip_address(str(address))
    assert not is_public(parsed) or str(parsed)[0] in "23"


@pytest.mark.parametrize(
    ("allowed", "host", "address", "port"),
    [
        ("127.0.0.1", "h", "127.0.0.1", 8080),
        ("127.0.0.1:8080", "h", "127.0.0.1", 8080),
        ("10.0.0.0/8", "h", "10.200.0.1", 443),
        ("10.9.9.9/8", "h", "10.200.0.1", 443),
        ("192.168.0.0/16, 10.0.0.0/8:443", "h", "10.1.1.1", 443),
        ("127.0.0.1", "h", "::ffff:127.0.0.1", 80),
        ("[::1]:80", "h", "::1", 80),
        ("[fd00::/8]", "h", "fd00::7", 80),
        ("::1", "h", "::1", 80),
        ("receiver", "receiver", "172.18.0.4", 80),
        ("Receiver.internal.:8443", "receiver.INTERNAL", "10.0.0.1", 8443),
    ],
)
def test_an_address_that_the_settings_name_may_be_reached(
    allowed: str, host: str, address: str, port: int
) -> None:
    Addresses(allowed).check(host, address, port)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "port"),
    [
        ("127.0.0.1:8080", "h", "127.0.0.1", 8081),
        ("127.0.0.2", "h", "127.0.0.1", 80),
        ("receiver", "receiver.example", "172.18.0.4", 80),
        ("receiver:80", "receiver", "172.18.0.4", 81),
        ("[::1]:80", "h", "::1", 81),
        ("::1", "h", "127.0.0.1", 80),
    ],
)
def test_an_address_that_the_settings_do_not_name_may_not_be_reached(
    allowed: str, host: str, address: str, port: int
) -> None:
    with pytest.raises(Forbidden):
        Addresses(allowed).check(host, address, port)


@pytest.mark.parametrize("allowed", ["10.0.0.0/99", "300.1.1.1", "a b", "http://host", "*", "[::1", "::1::2"])
def test_an_invalid_entry_is_an_error_of_one_sentence(allowed: str) -> None:
    with pytest.raises(ConfigError, match=r"^allow_private: '.*' is not an address, network or name$"):
        Addresses(allowed)
