"""The settings of a webhook: invalid ones, secrets, and several webhooks at once."""

import logging
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.sinks.webhook import MISSING_EXTRA, WebhookSettings, open_sink
from streams.core.pipeline import load_pipeline
from streams.core.sink_settings import read_sink
from streams.errors import ConfigError, Unavailable
from streams.runtime.sink_process import open_sink as open_configured
from streams.settings import load_settings
from tests.unit.agents.sinks.posting import delivered, webhook
from tests.unit.agents.sinks.receiver import KEY, Answer, always, receiving


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"url": ""}, "url of a webhook is missing: records are posted to it"),
        ({"url": "hooks.example/x"}, "the url of a webhook must begin with https:// and a host"),
        ({"url": "https://h:ook"}, "the url of a webhook is not a URL"),
        ({"url": "http://hooks.example/x", "allow_http": False}, "http, which others can read: use https"),
        ({"url": "https://me:pw@hooks.example"}, "must have no user or password: use headers.Authorization"),
        ({"secret": ""}, "a webhook needs a secret"),
        ({"timeout_seconds": 16}, "timeout_seconds of a webhook must be above 0 and at most 15"),
        ({"timeout_seconds": 0}, "timeout_seconds of a webhook must be above 0 and at most 15"),
        ({"concurrency": 0}, "concurrency of a webhook must be from 1 to 64"),
        ({"rejected_most": -1}, "rejected_most of a webhook must be at least 0"),
        ({"allow_private": "10.0.0.0/99"}, "allow_private: '10.0.0.0/99' is not an address, network or name"),
        ({"headers": {"x-y": "a\r\nb: c"}}, "headers.x-y of a webhook has a character"),
        ({"headers": {"x y": "a"}}, "headers.x y of a webhook has a character"),
        ({"ca_file": "/none.pem"}, "the ca_file /none.pem of a webhook cannot be read"),
    ],
)
def test_an_invalid_setting_is_an_error_of_one_sentence(
    tmp_path: Path, changed: dict[str, Any], sentence: str
) -> None:
    with (
        receiving() as receiver,
        pytest.raises(ConfigError) as raised,
        webhook(tmp_path, receiver, **changed),
    ):
        pass
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)


def test_no_secret_is_in_a_log_an_error_or_a_repr(
    tmp_path: Path, impatient: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(always(Answer(status=500))) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/T0ken/path"
        changed = {"url": url, "headers": {"x-api-key": "k3y"}}
        with webhook(tmp_path, receiver, **changed) as sink, pytest.raises(Unavailable) as raised:
            sink.write([delivered(0)])
    settings = WebhookSettings(url=url, secret=KEY, headers={"x-api-key": "k3y"})
    report = caplog.text + str(raised.value) + repr(settings)
    assert [secret for secret in ("T0ken", "k3y", KEY[6:]) if secret in report] == []


def test_without_httpx_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "agents.sinks.webhook.sink", None)
    with pytest.raises(ConfigError) as raised:
        open_sink(WebhookSettings())
    assert str(raised.value) == MISSING_EXTRA


def test_each_of_several_webhooks_has_its_own_receiver_and_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "whsec_" + "b" * 40
    monkeypatch.setenv("COPYDESK_SINKS__ONE__SECRET", KEY)
    monkeypatch.setenv("COPYDESK_SINKS__TWO__SECRET", other)
    monkeypatch.setenv("COPYDESK_SINKS__TWO__CONCURRENCY", "2")
    with receiving() as first, receiving(secret=other) as second:
        for name, receiver in (("ONE", first), ("TWO", second)):
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__KIND", "webhook")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__URL", receiver.url)
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__ALLOW_HTTP", "true")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__ALLOW_PRIVATE", f"127.0.0.1:{receiver.port}")
            monkeypatch.setenv(f"COPYDESK_SINKS__{name}__REJECTED_FOLDER", str(tmp_path))
        settings = load_settings()
        pipeline = load_pipeline(settings)
        sinks = [open_configured(read_sink(settings, pipeline, name), name) for name in ("one", "two")]
        for sink in sinks:
            sink.write([delivered(0)])
            sink.close()
    assert [len(first.accepted), len(second.accepted), first.unsigned, second.unsigned] == [1, 1, [], []]
