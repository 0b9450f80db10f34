"""Programs that tests run and pip cannot install: on PATH, or where `.ci/tools` puts them."""

import os
import shutil
from pathlib import Path

import platformdirs
import pytest


def program(name: str) -> str:
    """The path of a program. If it is missing, the test is skipped; in CI (CI=true) it fails."""
    cache = Path(os.environ.get("COPYDESK_CACHE") or platformdirs.user_cache_dir("copydesk"))
    path = shutil.which(name) or shutil.which(name, path=str(cache / "tools" / "bin"))
    if path is None:
        reason = f"{name} is not on PATH; on Debian, `.ci/tools` gets it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path
