"""Writing so that the disk holds it."""

import os
from io import FileIO
from pathlib import Path


def write_all(file: FileIO, data: bytes) -> None:
    """All of `data`: an unbuffered write may take a part of it, and rejects only the next one."""
    while data:
        data = data[file.write(data) :]


def sync_folder(folder: Path) -> None:
    """Have the disk hold the names of new files."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
