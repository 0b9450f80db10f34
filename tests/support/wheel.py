"""A wheel of the checkout, built from a copy, so that nothing an earlier build left gets into it."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.places import ROOT

PACKAGES = ("copydesk", "streams", "agents")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def build_wheel(folder: Path) -> Path:
    """Build the wheel in `folder`, without the network, and return it."""
    copy = folder / "checkout"
    for package in (*PACKAGES, "config"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, copy / package, symlinks=True, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=copy, capture_output=True, check=True)
    [wheel] = folder.glob("*.whl")
    return wheel
