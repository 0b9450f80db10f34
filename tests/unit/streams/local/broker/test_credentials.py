"""Credentials in the form that Java needs."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from streams.local.broker.credentials import client_properties
from streams.settings import SecuritySettings


def test_plaintext_needs_no_properties() -> None:
    assert client_properties(SecuritySettings(username="ada", password=SecretStr("pw"))) == {}


def test_scram_over_tls_has_login_and_truststore() -> None:
    security = SecuritySettings(
        protocol="SASL_SSL", username="ada", password=SecretStr("pw"), ca_file=Path("/etc/ca.pem")
    )
    assert client_properties(security) == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": (
            'org.apache.kafka.common.security.scram.ScramLoginModule required username="ada" password="pw";'
        ),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": "/etc/ca.pem",
    }


@pytest.mark.parametrize("has_file", [True, False])
def test_tls_without_a_ca_file_trusts_the_authorities_of_the_system_or_else_those_of_java(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_file: bool
) -> None:
    system = tmp_path / "system.pem"
    if has_file:
        system.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(system))
    trusted = {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(system)} if has_file else {}
    assert client_properties(SecuritySettings(protocol="SSL")) == {"security.protocol": "SSL", **trusted}


def test_quotes_and_backslashes_in_a_password_are_escaped() -> None:
    security = SecuritySettings(
        protocol="SASL_PLAINTEXT", mechanism="PLAIN", username="ada", password=SecretStr('a"b\\c')
    )
    assert client_properties(security)["sasl.jaas.config"] == (
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
        ' username="ada" password="a\\"b\\\\c";'
    )
