"""`copydesk init` writes the configuration of the pipeline, and replaces nothing without `--force`."""

import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.cli import gather
from streams.errors import ConfigError
from tests.support.places import ROOT

APP = gather()
FILE = Path("config/copydesk.toml")


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def init(*arguments: str) -> Result:
    return CliRunner().invoke(APP, ["init", *arguments])


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_folder_gets_the_configuration_of_the_checkout_and_the_next_command() -> None:
    written = init().stdout.splitlines()
    assert files(Path("config")) == files(ROOT / "config")
    assert written == [
        *(f"wrote config/{name}" for name in sorted(files(ROOT / "config"))),
        "edit config/copydesk.toml, then: copydesk up --local",
    ]


def test_a_second_call_writes_nothing_and_says_so() -> None:
    init()
    assert init().stdout.startswith("config is complete already; nothing was written\n")


def test_a_file_that_was_edited_is_kept_and_nothing_else_is_written() -> None:
    FILE.parent.mkdir()
    FILE.write_text('prefix = "evening"\n')
    error = init().exception
    assert isinstance(error, ConfigError)
    assert str(error) == (
        "nothing was written, config/copydesk.toml would be lost: --force replaces what is there"
    )
    assert files(Path("config")) == {"copydesk.toml": b'prefix = "evening"\n'}


def test_force_replaces_what_was_edited() -> None:
    FILE.parent.mkdir()
    FILE.write_text('prefix = "evening"\n')
    assert "wrote config/copydesk.toml" in init("--force").stdout
    assert tomllib.loads(FILE.read_text("utf-8"))["prefix"] == "news"


def test_another_folder_may_be_named() -> None:
    assert "edit elsewhere/copydesk.toml, then" in init("elsewhere").stdout
    assert files(Path("elsewhere")) == files(ROOT / "config")


def test_a_pipeline_without_a_configuration_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPYDESK_PIPELINE", "reading_pipeline")
    assert "the pipeline 'reading_pipeline' has no configuration to write" in str(init().exception)
