"""Gzip files, read with a limit: 4 MB may unpack to 4 GB of nothing, which took minutes to read."""

import gzip
import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MIB = 1_048_576
#: How large a file may become. Pages shrink to a fifth, lines of JSON that repeat each other to a hundredth.
FREE_BYTES, MOST_TIMES = 64 * MIB, 200


class _Unpacked(io.RawIOBase):
    def __init__(self, path: Path) -> None:
        self._packed = path.open("rb")
        self._gzip = gzip.GzipFile(fileobj=self._packed)
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        part = self._gzip.read(len(view))
        view[: len(part)] = part
        self._unpacked += len(part)
        if self._unpacked > FREE_BYTES + MOST_TIMES * self._packed.tell():
            raise OSError(f"it unpacks to more than {MOST_TIMES} times its size")
        return len(part)

    def close(self) -> None:
        self._gzip.close()
        self._packed.close()
        super().close()


def open_gzip(path: Path) -> io.BufferedReader:
    """The unpacked file. Reading raises `OSError` once it has become far too large."""
    return io.BufferedReader(_Unpacked(path), MIB)
