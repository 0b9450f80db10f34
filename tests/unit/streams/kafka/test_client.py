"""How Kafka is reached, and the error when it is not."""

import ssl
from pathlib import Path

import pytest
from kafka.errors import KafkaConnectionError, SaslAuthenticationFailedError, UnsupportedSaslMechanismError

from streams.errors import BrokerError
from streams.kafka import client
from streams.settings import load_settings
from tests.unit.streams.run_each import run_each


def test_credentials_are_sent_only_if_the_protocol_needs_them() -> None:
    secret = {"username": "pipeline", "password": "p4ss"}
    plain = client.connection(load_settings(bootstrap_servers="a:1, b:2", security=secret))
    safe = client.connection(load_settings(security={**secret, "protocol": "SASL_SSL"}))

    assert plain["bootstrap_servers"] == ["a:1", "b:2"]
    assert not any(name.startswith(("sasl", "ssl")) for name in plain)
    trusted = safe.pop("ssl_context")
    assert (trusted.check_hostname, trusted.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert {name: value for name, value in safe.items() if name.startswith(("sasl", "ssl"))} == {
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "pipeline",
        "sasl_plain_password": "p4ss",
    }


WRONG_LOGIN = "user 'pipeline' or the password is wrong"


@pytest.mark.parametrize(
    ("error", "blocked_by", "sentence"),
    [
        (SaslAuthenticationFailedError("SaslAuthenticationFailedError: No."), WRONG_LOGIN, WRONG_LOGIN),
        (SaslAuthenticationFailedError("SaslAuthenticationFailedError: No."), None, "No"),
        (UnsupportedSaslMechanismError("None."), "it does not support PLAIN", "it does not support PLAIN"),
        (KafkaConnectionError("socket disconnected"), WRONG_LOGIN, WRONG_LOGIN),
        (KafkaConnectionError("socket disconnected"), None, "socket disconnected"),
    ],
)
def test_a_login_rejected_after_the_first_connection_is_an_error_that_says_what_to_fix(
    error: Exception, blocked_by: str | None, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(
        bootstrap_servers="a:1", security={"protocol": "SASL_SSL", "username": "pipeline"}
    )
    monkeypatch.setattr(client, "blocker", lambda _: blocked_by)
    with (
        pytest.raises(BrokerError, match=f"^Kafka at a:1 rejects: {sentence}$"),
        client.broker_errors(settings),
    ):
        raise error


def test_without_authentication_a_lost_connection_is_not_diagnosed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "blocker", lambda _: pytest.fail("asked"))
    with (
        pytest.raises(BrokerError, match=r"rejects: socket disconnected$"),
        client.broker_errors(load_settings()),
    ):
        raise KafkaConnectionError("socket disconnected")


IMPATIENT = """
from streams.kafka import client, connecting
client.FIRST_ANSWER_MS, connecting.LISTENING_SECONDS = 300, 0
"""


def test_a_kafka_that_cannot_be_reached_is_an_error_with_its_address(tmp_path: Path) -> None:
    """In a separate process: kafka-python 3.0.12 does not close the sockets of rejected connections."""
    (tmp_path / "alone.toml").write_text('bootstrap_servers = "127.0.0.1:1"\n')
    commands = ["topics check", "status", "tail raw", "publish -"]
    run = run_each(commands, before=IMPATIENT, COPYDESK_CONFIG=str(tmp_path / "alone.toml"))

    assert run.stdout.splitlines() == ["1"] * len(commands)
    sentence = (
        "copydesk: cannot reach Kafka at 127.0.0.1:1: Connection refused;"
        " `copydesk up --local` starts a Kafka on this machine, and -b names another\n"
    )
    assert run.stderr == sentence * len(commands)
