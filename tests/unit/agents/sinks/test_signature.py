"""Signatures that the package `standardwebhooks` accepts, and invalid secrets."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from agents.sinks.webhook.signature import read_secrets, sign, webhook_id
from streams.errors import ConfigError

ONE = "whsec_" + base64.b64encode(b"1" * 24).decode()
TWO = "whsec_" + base64.b64encode(b"2" * 64).decode()
THREE = "whsec_" + base64.b64encode(b"3" * 32).decode()


def headers(secrets: str, event: str, body: bytes) -> dict[str, str]:
    now, name = int(datetime.now(UTC).timestamp()), webhook_id(event)
    signature = sign(read_secrets(secrets), name, now, body)
    return {"webhook-id": name, "webhook-timestamp": str(now), "webhook-signature": signature}


@given(st.text(max_size=40), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_the_reference_implementation_accepts_the_signature_of_any_body(
    event: str, body: dict[str, str]
) -> None:
    try:
        text = orjson.dumps(body)
    except TypeError:
        return  # a lone surrogate
    assert Webhook(ONE).verify(text, headers(ONE, event, text)) == body


def test_during_a_change_of_secrets_receivers_accept_it_with_the_old_and_with_the_new_secret() -> None:
    sent = headers(f"{TWO} {ONE}", "e1", b"{}")
    assert len(sent["webhook-signature"].split(" ")) == 2
    for secret in (ONE, TWO):
        Webhook(secret).verify(b"{}", sent)
    with pytest.raises(WebhookVerificationError):
        Webhook(THREE).verify(b"{}", sent)


@pytest.mark.parametrize("event", ["news.summaries/3/17", "a.b", "späť", "x\r\ny: z", "", "e" * 129])
def test_an_event_that_is_not_a_plain_word_gets_an_id_that_is_a_plain_word(event: str) -> None:
    assert webhook_id(event) == webhook_id(event)
    assert webhook_id(event).isalnum()
    assert webhook_id(event) != webhook_id(f"{event}x")


def test_an_event_that_is_a_plain_word_is_the_id() -> None:
    assert webhook_id("0d9f-ab_3") == "0d9f-ab_3"


@pytest.mark.parametrize(
    "secret", ["whsec_c2hvcnQ=", ONE.removeprefix("whsec_"), f"whsec_{'A' * 92}", "whsec_?"]
)
def test_an_invalid_secret_is_an_error_that_does_not_contain_it(secret: str) -> None:
    with pytest.raises(ConfigError, match=r"^a secret of a webhook ") as raised:
        read_secrets(f"{ONE} {secret}")
    assert secret.removeprefix("whsec_") not in str(raised.value)


def test_without_a_secret_the_error_says_how_to_create_it() -> None:
    with pytest.raises(ConfigError, match=r"COPYDESK_SINKS__<NAME>__SECRET .* \(openssl rand -base64 32\)$"):
        read_secrets(" ")
