"""Programs that tests run and pip does not have: on PATH, or where `.ci/tools` puts them."""

import os
import shutil
from pathlib import Path

import platformdirs
import pytest


def program(name: str) -> str:
    """Where a program is. Where it is not, the test is skipped; in CI (CI=true) it fails."""
    cache = Path(os.environ.get("COPYDESK_CACHE") or platformdirs.user_cache_dir("copydesk"))
    found = shutil.which(name) or shutil.which(name, path=str(cache / "tools" / "bin"))
    if found is None:
        why = f"{name} is not on PATH; on Debian `.ci/tools` gets it"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)
    return found
