"""The wheel holds the three packages with their data, and nothing else."""

from collections.abc import Iterator
from configparser import ConfigParser
from email import message_from_bytes
from zipfile import ZipFile

import pytest

from tests.support.places import ROOT
from tests.support.wheel import PACKAGES, build_wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ZipFile]:
    with ZipFile(build_wheel(tmp_path_factory.mktemp("wheel"))) as opened:
        yield opened


def information(wheel: ZipFile, name: str) -> bytes:
    [path] = [path for path in wheel.namelist() if path.endswith(f".dist-info/{name}")]
    return wheel.read(path)


def test_it_holds_every_file_of_the_packages_and_no_other(wheel: ZipFile) -> None:
    files = {
        path.relative_to(ROOT).as_posix()
        for package in (*PACKAGES, "agents/config")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == files


def test_the_configuration_that_init_writes_is_the_one_of_the_checkout(wheel: ZipFile) -> None:
    content = (ROOT / "config" / "copydesk.toml").read_bytes()
    assert wheel.read("agents/config/copydesk.toml") == content


def test_it_has_the_command_the_types_and_the_extras(wheel: ZipFile) -> None:
    commands = ConfigParser()
    commands.read_string(information(wheel, "entry_points.txt").decode())
    assert dict(commands["console_scripts"]) == {"copydesk": "streams.__main__:main"}
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(wheel.namelist())
    metadata = message_from_bytes(information(wheel, "METADATA"))
    extras = {"spacy", "english", "french", "transformers", "gliner"}
    extras |= {"broker", "sql", "webhook", "parquet", "warc", "scrapy", "all"}
    assert set(metadata.get_all("Provides-Extra", [])) == extras
    assert set(str(metadata["Requires-Python"]).split(",")) == {">=3.11", "<3.15"}
