"""`copydesk config show` shows every setting and no secret."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.cli import gather
from streams.cli.views.configuration import as_toml, masked
from streams.errors import FaultySettings
from streams.settings import Settings, load_settings

APP = gather()


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pipeline.toml"
    file.write_text(
        'prefix = "evening"\n[security]\nusername = "pipeline"\npassword = "p4ssw0rd"\n'
        "[worker]\npool_processes = 3\n"
        '[sinks.archive]\nkind = "sql"\nurl = "postgresql://pipeline:hunter2@db/news"\napi_key = "k3y"\n'
        '[stages.summaries.work.llm]\nmodel = "m"\napi_key = "k4y"\n'
    )
    monkeypatch.setenv("COPYDESK_CONFIG", str(file))


def show(*arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(APP, ["config", "show", *arguments])


@pytest.mark.parametrize("arguments", [(), ("--json",)])
def test_no_secret_is_shown(arguments: tuple[str, ...]) -> None:
    shown = show(*arguments)

    # `api_key` is no setting of this kind. That is reported after everything was shown.
    assert isinstance(shown.exception, FaultySettings)
    assert "evening" in shown.output
    assert "k3y" not in str(shown.exception)
    assert not any(secret in shown.output for secret in ("p4ssw0rd", "hunter2", "k3y", "k4y"))


def test_every_setting_is_listed_with_its_value_and_whether_that_is_the_default() -> None:
    listed = list(as_toml(load_settings()))

    assert ('prefix = "evening"', "set") in listed
    assert ('pipeline = "agents"', "default") in listed
    assert ("pool_processes = 3", "set") in listed
    assert ('# password = "**********"', "a secret: not shown") in listed
    assert ("# ca_file =", "not set") in listed
    names = {line.removeprefix("# ").partition(" =")[0].strip("\n[]").partition(".")[0] for line, _ in listed}
    assert set(Settings.model_fields) - names == {"topics"}  # a table that this file does not have


def test_what_is_shown_can_be_fed_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tmp_path / "before.toml"
    before.write_text(
        'prefix = "evening"\n[topics."a.b"]\n"retention.ms" = 86400000\n'
        '[stages.clean]\nwindow = 7\nwork = { min_words = 3, name = "\\u202e" }\n'
        '[sinks.rows]\nkind = "sql"\nurl = "sqlite:///x.db"\nlist = ["a", "b"]\n'
    )
    monkeypatch.setenv("COPYDESK_CONFIG", str(before))
    settings = load_settings()
    shown = tmp_path / "shown.toml"
    shown.write_text(show().output)

    monkeypatch.setenv("COPYDESK_CONFIG", str(shown))
    assert load_settings() == settings


def test_json_has_the_same_tables_as_the_file() -> None:
    shown = json.loads(show("--json", "--prefix", "morning").output)

    assert shown["prefix"] == "morning"
    assert shown["worker"]["pool_processes"] == 3
    assert shown["sinks"]["archive"] == {
        "kind": "sql",
        "url": "postgresql://pipeline:**********@db/news",
        "api_key": "**********",
    }


def test_the_configuration_file_is_named() -> None:
    assert "pipeline.toml" in show().output


def test_a_number_is_no_secret_whatever_it_is_called() -> None:
    assert masked({"max_tokens": 400, "token": "t"}) == {"max_tokens": 400, "token": "**********"}


def test_every_password_in_a_list_of_urls_is_masked() -> None:
    assert masked("http://a:b@c,http://d:e@f") == "http://a:**********@c,http://d:**********@f"
    shown = masked({"hosts": ["amqp://u:p@h", "plain:9092"]})
    assert shown == {"hosts": ["amqp://u:**********@h", "plain:9092"]}


def test_headers_are_masked_whatever_they_are_called() -> None:
    secrets = {"secret": "whsec_x", "headers": {"X-Key": "k3y"}, "api-key": "k"}
    shown = masked({"url": "https://a.example", **secrets})
    assert shown["url"] == "https://a.example"
    assert not any(secret in str(shown) for secret in ("whsec_x", "k3y", "'k'"))


def test_a_password_among_the_parameters_of_a_url_is_masked() -> None:
    assert masked("postgresql://db/news?user=pipeline&password=hunter2&sslPassword=k3y&sslmode=require") == (
        "postgresql://db/news?user=pipeline&password=**********&sslPassword=**********&sslmode=require"
    )
