"""Files packed by gzip, read with a bound: 4 MB may unpack to 4 GB of nothing, which took minutes to read."""

import gzip
import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MIB = 1_048_576
#: What a file may unpack to. Pages shrink to a fifth, lines of JSON that repeat each other to a hundredth.
FREE_BYTES, MOST_TIMES = 64 * MIB, 200


class _Unpacked(io.RawIOBase):
    def __init__(self, path: Path) -> None:
        self._packed = path.open("rb")
        self._gzip = gzip.GzipFile(fileobj=self._packed)
        self._came = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        part = self._gzip.read(len(view))
        view[: len(part)] = part
        self._came += len(part)
        if self._came > FREE_BYTES + MOST_TIMES * self._packed.tell():
            raise OSError(f"it unpacks to more than {MOST_TIMES} times its size")
        return len(part)

    def close(self) -> None:
        self._gzip.close()
        self._packed.close()
        super().close()


def open_gzip(path: Path) -> io.BufferedReader:
    """What is in the file. Reading raises `OSError` where it unpacks to far too much."""
    return io.BufferedReader(_Unpacked(path), MIB)
