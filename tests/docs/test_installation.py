"""The installation page: a wheel works in a new environment and an empty folder, outside the checkout.

To save time, the environment of this Python takes the packages of the test run, by a `.pth` file. Those of
other versions install the lock.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.support.documents.demo_output import in_the_readme, shortened
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


@dataclass
class Installed:
    """A new environment with the wheel, and an empty folder."""

    environment: Path
    folder: Path

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        own = {
            name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "COPYDESK_CONFIG"}
        }
        return subprocess.run(
            [str(self.environment / "bin" / command), *arguments],
            cwd=self.folder, env=own, capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip


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
