"""The installation page: a wheel works in a new environment and an empty folder, outside the checkout.

To save time, the environment of this Python takes the packages of the test run, by a `.pth` file. Those of
other versions install the lock.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from streams.local.broker.ports import free_ports
from tests.support.documents.demo_output import in_the_readme, shortened
from tests.support.pipelines.harness import until
from tests.support.places import ROOT
from tests.support.wheel import build_wheel

pytestmark = pytest.mark.timeout(1800)

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
SCRIPT = """
import copydesk
pages = copydesk.samples()
print(copydesk.__file__, copydesk.process(pages[0]).article.title, sep="\\n")
with copydesk.Pipeline(workers=1) as pipeline:
    print(sum(isinstance(outcome, copydesk.Finished) for outcome in pipeline.process(pages)))
"""
PAGE = ROOT / "agents" / "samples" / "meridian-wire-salmon.html"
VALUE = """
import pathlib, sys, copydesk
page = copydesk.Page(pathlib.Path("page.html").read_bytes())
sys.stdout.write(copydesk.process(page).value.decode() + "\\n")
"""
#: A comment `type: ignore` that nothing needs is an error too: a wrong argument must be found.
TYPED = """
from collections.abc import Iterable, Iterator

import copydesk
from copydesk.scrapy import CopydeskPipeline


def titles(pages: Iterable[copydesk.Page]) -> Iterator[str | None]:
    with copydesk.Pipeline(workers=1) as pipeline:
        for outcome in pipeline.process(pages):
            if isinstance(outcome, copydesk.Finished):
                yield outcome.article.title
            else:
                yield outcome.reason


value: bytes = copydesk.process(b"", url="https://harbour-courier.example/ferry").value
names: list[str] = [entity.name for entity in copydesk.process("").article.entities]
copydesk.process(3)  # type: ignore[arg-type]  # must be an error without this
copydesk.process("").article.titel  # type: ignore[attr-defined]  # so must this
"""


@dataclass
class Installed:
    """A new environment with the wheel, and an empty folder."""

    environment: Path
    folder: Path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.environment / "bin" / command), *arguments],
            cwd=self.folder, env=self._variables(), capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip

    @contextmanager
    def running(self, log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """The command while it runs. What it says is in `log`."""
        command = [str(self.environment / "bin" / "copydesk"), *arguments]
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=self.folder, env=self._variables(), stderr=out)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def _variables(self) -> dict[str, str]:
        """Those of this process, without what leads to the checkout."""
        return {
            name: text for name, text in os.environ.items() if name not in {"PYTHONPATH", "COPYDESK_CONFIG"}
        }


@cache
def interpreter(version: str) -> str | None:
    """An interpreter of that version that runs: on the path, or of pyenv."""
    homes = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in (shutil.which(f"python{version}"), *map(str, homes)):
        if (
            candidate
            and subprocess.run([candidate, "-c", ""], capture_output=True, check=False).returncode == 0
        ):
            return candidate
    return None


VERSIONS = [THIS, *(version for version in ("3.12", "3.13") if version != THIS and interpreter(version))]


@pytest.fixture(scope="module", params=VERSIONS)
def installed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    environment, version = folder / "environment", request.param
    python = sys.executable if version == THIS else interpreter(version) or version
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if version == THIS:
        [packages] = environment.glob("lib/python*/site-packages")
        # Only this path is added: the hook there, by which the checkout is importable, is not read.
        (packages / "of_the_test_run.pth").write_text(sysconfig.get_path("purelib"))
    else:
        subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*pip, "--no-deps", "--ignore-installed", str(build_wheel(folder))], check=True)
    (folder / "empty").mkdir()
    return Installed(environment, folder / "empty")


def test_the_package_is_that_of_the_wheel_and_gives_articles(installed: Installed) -> None:
    result = installed.run("python", "-c", SCRIPT)
    file, title, finished = result.stdout.splitlines()
    assert Path(file).is_relative_to(installed.environment), result.stderr
    assert (title, finished) == ("Council votes to keep winter ferry after marathon debate", "15")


def test_the_command_writes_a_configuration_that_it_can_use(installed: Installed) -> None:
    assert installed.run("copydesk", "--version").stdout == "copydesk 0.1.0\n"
    assert installed.run("copydesk", "init").returncode == 0
    assert "config/copydesk.toml" in installed.run("copydesk", "config", "show").stdout


def test_the_demo_finishes_its_pages(installed: Installed) -> None:
    result = installed.run("copydesk", "demo")
    assert "22 records published = 15 finished" in " ".join(result.stdout.split()), result.stderr
    assert result.returncode == 0
    assert in_the_readme().split() == shortened(result.stdout).split(), (
        "run: python -m tests.support.documents.demo_output"
    )


def test_a_page_goes_through_the_pipeline_of_up_and_has_the_bytes_of_process(
    installed: Installed, tmp_path: Path
) -> None:
    shutil.copy(PAGE, installed.folder / "page.html")
    port, _ = free_ports(0)
    kafka = ["--bootstrap-servers", f"127.0.0.1:{port}"]
    with installed.running(tmp_path / "up.log", "up", "--local", "--port", str(port)) as up:
        until(lambda: "ready after" in (tmp_path / "up.log").read_text(), "it is ready", 600)
        assert installed.run("copydesk", "publish", "page.html", *kafka).returncode == 0
        tailed = installed.run(
            "copydesk", "tail", "summaries", *kafka, "--from-start", "--count", "1", "--json"
        )
        up.send_signal(signal.SIGINT)
        assert up.wait(120) == 0

    processed = installed.run("copydesk", "process", "page.html")
    assert json.loads(tailed.stdout)["value"] == json.loads(processed.stdout)
    assert installed.run("python", "-c", VALUE).stdout == processed.stdout


def test_a_strict_type_checker_finds_the_types_of_the_wheel(installed: Installed) -> None:
    (installed.folder / "program.py").write_text(TYPED)
    python = installed.environment / "bin" / "python"
    checker = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(python), "program.py"]
    result = subprocess.run(checker, cwd=installed.folder, capture_output=True, text=True, check=False)
    assert result.stdout == "Success: no issues found in 1 source file\n"
