"""Processes write to a terminal of ours, whose lines we print where they disturb nothing."""

import subprocess
import sys

from streams.local.process_terminal import ProcessTerminal

PROGRAM = "import sys; print(sys.stderr.isatty(), file=sys.stderr); sys.stderr.write('no line feed')"


def test_what_a_process_writes_arrives_line_by_line_and_it_sees_a_terminal() -> None:
    lines: list[str] = []
    with ProcessTerminal(lines.append) as terminal:
        subprocess.run([sys.executable, "-c", PROGRAM], stderr=terminal.fileno(), check=True)

    assert lines == ["True", "no line feed"]
