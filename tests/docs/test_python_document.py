"""The Python of the README and of docs/guides/python.md runs as it stands, cell by cell, as in a notebook."""

import ast
import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import copydesk
from tests.support.places import DOCS, ROOT

README = ROOT / "README.md"
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


def is_part(shown: Any, whole: Any) -> bool:
    """Whether fields and list items are left out, texts end in ` ...`, and all else is equal."""
    if isinstance(shown, dict):
        return all(name in whole and is_part(value, whole[name]) for name, value in shown.items())
    if isinstance(shown, list):
        rest = iter(whole)
        return all(any(is_part(item, other) for other in rest) for item in shown)
    if isinstance(shown, str) and shown.endswith(" ..."):
        return str(whole).startswith(shown.removesuffix("..."))
    return bool(shown == whole)


@pytest.fixture
def at_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


@pytest.mark.usefixtures("at_the_checkout")
async def test_the_cell_of_the_readme_shows_the_title_of_a_sample() -> None:
    assert asyncio.get_running_loop().is_running()
    [cell] = cells(README)
    assert run(cell, {}) == copydesk.process(copydesk.samples()[0]).article.title


def test_the_article_in_the_readme_is_the_one_that_the_first_sample_becomes() -> None:
    [shown] = re.findall(r"^```json\n(.*?)^```", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    article = json.loads(copydesk.process(copydesk.samples()[0]).value)
    assert is_part(json.loads(shown), article)


@pytest.mark.parametrize(
    ("shown", "whole", "part"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 2}, {"a": 1}, False),
        ({"c": 1}, {"a": 1}, False),
        ([{"a": 1}, {"a": 3}], [{"a": 1, "b": 1}, {"a": 2}, {"a": 3}], True),
        ([{"a": 3}, {"a": 1}], [{"a": 1}, {"a": 3}], False),
        ("The ferry ...", "The ferry sails.", True),
        ("A ferry ...", "The ferry sails.", False),
    ],
)
def test_a_shortened_value_is_recognised(shown: Any, whole: Any, part: bool) -> None:
    assert is_part(shown, whole) is part


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


FIRST_ARTICLE = """
import multiprocessing, spacy
loaded = []
load = spacy.load
spacy.load = lambda *arguments, **options: loaded.append(1) or load(*arguments, **options)
import copydesk
copydesk.process(copydesk.samples()[0])
copydesk.process(copydesk.samples()[1])
print(len(loaded), len(multiprocessing.active_children()))
"""


def test_the_first_article_loads_the_model_once_and_starts_no_process() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", FIRST_ARTICLE], cwd=ROOT, check=True, stdout=subprocess.PIPE
    )

    assert printed.stdout.split() == [b"1", b"0"]
