"""Captures for the documents: what a terminal shows of commands that really run, as SVG.

`make captures` writes docs/captures/*.svg. It starts a Kafka and all stages, and takes a few minutes.
"""

import io
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from tests.support.places import ROOT
from tests.support.terminal.session import CTRL_C, Session, copydesk

FOLDER = ROOT / "docs" / "captures"
COLUMNS = 100
#: Shown in place of the folder in which the commands run.
WORKING_FOLDER = "/home/ada/news"
#: Without the fonts that rich would have the reader's browser load from another host.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*|<!--.*?-->\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
KAFKA = re.compile(r"Kafka at (127\.0\.0\.1:\d+)")
URL = "https://meridian-wire.example/business/norway-salmon-border-checks"
PAGES = 10_000


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="copydesk-captures-") as name:
        folder = Path(name)
        _of_demo(folder)
        _of_up(folder)


def _of_demo(folder: Path) -> None:
    with _run(folder, "demo") as session:
        session.end()
    _write("demo", folder, [("copydesk demo", session.screen.styled_rows())])


def _of_up(folder: Path) -> None:
    """Three commands beside a pipeline that runs."""
    with _run(folder, "up", "--local") as up:
        up.wait_for("articles: 0 in")
        samples = str(ROOT / "agents" / "samples")
        with _run(folder, "publish", samples) as session:
            session.end()
        up.wait_for(" 0 waiting, ")
        for name, arguments in (("status", ("status",)), ("trace", ("trace", URL))):
            with _run(folder, *arguments) as session:
                session.end()
            _write(name, folder, [(f"copydesk {' '.join(arguments)}", session.screen.styled_rows())])
        at_work = up.screen.styled_rows()
        _of_publish(folder)
        up.type(CTRL_C)
        up.end()
    _write("up", folder, [("copydesk up --local", [*at_work, *up.screen.styled_rows()[-2:]])])


def _of_publish(folder: Path) -> None:
    lines = (json.dumps(_page(number)) for number in range(PAGES))
    (folder / "crawl.jsonl").write_text("\n".join(lines) + "\n")
    with _run(folder, "publish", "crawl.jsonl") as session:
        session.wait_for(f" of {PAGES:,} records, ")
        half = session.screen.styled_rows()
        session.end()
    _write("publish", folder, [("copydesk publish crawl.jsonl", [*half, *session.screen.styled_rows()])])


def _page(number: int) -> dict[str, str]:
    return {"url": f"https://paper.example/{number}", "text": f"Ferry {number} left Lowport in the morning."}


@contextmanager
def _run(folder: Path, *arguments: str) -> Iterator[Session]:
    environment = {"XDG_DATA_HOME": str(folder)}
    with copydesk(*arguments, columns=COLUMNS, environment=environment, folder=folder) as session:
        yield session


def _write(name: str, folder: Path, commands: Sequence[tuple[str, Sequence[Text]]]) -> None:
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), legacy_windows=False, highlight=False)
    for command, rows in commands:
        console.print(Text.assemble(("$ ", "dim"), (command, "bold")))
        for row in rows:
            console.print(_moved(row, folder), soft_wrap=True)
    (FOLDER / f"{name}.svg").write_text(console.export_svg(title="", code_format=FORMAT, unique_id=name))
    sys.stdout.write(f"{FOLDER.name}/{name}.svg\n")


def _moved(row: Text, folder: Path) -> Text:
    """The row with the invented name of the working folder."""
    if str(folder) not in row.plain:
        return row
    return Text(row.plain.replace(str(folder), WORKING_FOLDER))


if __name__ == "__main__":
    main()
