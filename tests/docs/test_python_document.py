"""The Python of the README and of docs/guides/python.md runs as it stands, cell by cell, as in a notebook."""

import ast
import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

import copydesk
from tests.support.places import DOCS, ROOT

#: Three stages are loaded twice, which takes minutes on a busy machine.
pytestmark = pytest.mark.timeout(300)


def cells(document: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", document.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(cell: str, names: dict[str, Any]) -> Any:
    """Run the cell, and return the value of its last line, as a notebook shows it."""
    *before, last = ast.parse(cell).body
    exec(compile(ast.Module(before, []), "cell", "exec"), names)  # noqa: S102 - the documents' own code
    if isinstance(last, ast.Expr):
        return eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - the same
    exec(compile(ast.Module([last], []), "cell", "exec"), names)  # noqa: S102 - the same
    return None


@pytest.fixture
def at_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("at_the_checkout")
async def test_the_cell_of_the_readme_shows_the_title_of_a_sample() -> None:
    assert asyncio.get_running_loop().is_running()
    [cell] = cells(ROOT / "README.md")
    assert run(cell, {}) == copydesk.process(copydesk.samples()[0]).article.title


@pytest.mark.usefixtures("at_the_checkout")
async def test_the_cells_of_the_python_document_run_in_their_order_and_print_what_they_say(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: dict[str, Any] = {}
    page, discarded, many = cells(DOCS / "guides" / "python.md")
    assert run(page, names) == names["finished"].value
    assert capsys.readouterr().out.startswith(names["article"].title)
    run(discarded, names)
    assert capsys.readouterr().out == "too-short\n"
    run(many, names)
    assert len(capsys.readouterr().out.splitlines()) == len(copydesk.samples())
