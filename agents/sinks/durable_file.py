"""Files and folders that survive a power cut."""

import os
from io import FileIO
from pathlib import Path

from streams.errors import CannotStart


def make_folder(folder: Path, content: str) -> None:
    """Make a folder for `content`. Raises `CannotStart`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"the folder {folder} for {content} cannot be made: {error.strerror}") from error


def write_all(file: FileIO, data: bytes) -> None:
    """Write all of `data`: an unbuffered write may write only a part, and fail only at the next call."""
    while data:
        data = data[file.write(data) :]


def sync_folder(folder: Path) -> None:
    """Sync the names of new files to the disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
