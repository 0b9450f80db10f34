"""File modes: only the user of a process can access its files, unless a setting says otherwise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CREATE = """
import sys
from pathlib import Path
from streams.file_modes import apply_umask, keep_private
from streams.settings import load_settings
keep_private()
apply_umask(load_settings())
Path(sys.argv[1]).touch()
"""


@pytest.mark.parametrize(
    ("shell_umask", "setting", "mode"),
    [
        (0o022, None, 0o600),
        (0o000, None, 0o600),
        (0o277, None, 0o400),
        (0o022, "027", 0o640),
        (0o077, "022", 0o644),
        (0o022, "077", 0o600),
    ],
)
def test_a_file_is_private_unless_the_setting_shares_it(
    tmp_path: Path, shell_umask: int, setting: str | None, mode: int
) -> None:
    file = tmp_path / "file"
    umask = {} if setting is None else {"COPYDESK_UMASK": setting}
    subprocess.run(
        [sys.executable, "-c", CREATE, str(file)], env={**os.environ, **umask}, umask=shell_umask, check=True
    )
    assert oct(file.stat().st_mode & 0o777) == oct(mode)
