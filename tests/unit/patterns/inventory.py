"""Every regular expression of the product: found in its source, and taken out of its modules, compiled."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.support.places import ROOT

PACKAGES = ("agents", "streams")
#: Functions of `re` that compile the pattern they are given.
COMPILING = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
SCANNING = COMPILING - {"match", "fullmatch"}
#: Other engines, or patterns that are made where nobody sees them.
UNMEASURED = {"regex", "fnmatch", "sre_compile", "re2"}


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Patterns by name, how each is used, and what keeps others from being found: one sentence each."""

    patterns: dict[str, re.Pattern[Any]]
    uses: dict[str, set[str]]
    unseen: list[str]

    def mode(self, name: str) -> str:
        """The costliest way in which a pattern is used: `search`, `match` or `fullmatch`."""
        used = self.uses.get(name, SCANNING)
        return "search" if used & SCANNING else "match" if "match" in used else "fullmatch"


def inventory(root: Path = ROOT) -> Inventory:
    """All of the packages below `root`, which must be importable."""
    found = Inventory(patterns={}, uses=defaultdict(set), unseen=[])
    for file in sorted(one for package in PACKAGES for one in (root / package).rglob("*.py")):
        module = ".".join(file.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        read(Source(module, ast.parse(file.read_text(encoding="utf-8"))), found)
    return found


class Source:
    """A module's tree, and what its names are names of."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.tree = module, tree
        imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
        names = [(one.module or "", each) for one in imports for each in one.names]
        self.of_re = {each.asname or each.name: each.name for module, each in names if module == "re"}
        self.homes = {
            each.asname or each.name: f"{module}.{each.name}"
            for module, each in names
            if module.startswith(PACKAGES)
        }

    def home(self, name: str) -> str:
        """The full name of what a name stands for."""
        return self.homes.get(name, f"{self.module}.{name}")

    def compiled_by(self, node: ast.AST) -> str | None:
        """The function of `re` that a call calls, where it compiles a pattern."""
        if not isinstance(node, ast.Call):
            return None
        called = node.func
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "re":
            return called.attr if called.attr in COMPILING else None
        name = self.of_re.get(called.id) if isinstance(called, ast.Name) else None
        return name if name in COMPILING else None


def patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    """Every compiled pattern in a value, in the containers that are in it too."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns_in([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from patterns_in(each)


def read(source: Source, found: Inventory) -> None:
    at_top = {
        call: statement
        for statement in source.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for call in ast.walk(statement)
        if source.compiled_by(call) == "compile"
    }
    for statement in dict.fromkeys(at_top.values()):
        _take(source, statement, found)
    for node in ast.walk(source.tree):
        by = source.compiled_by(node)
        if isinstance(node, ast.Call) and by is not None and node not in at_top:
            _inline(source, node, by, found)
        found.unseen.extend(_other_engines(source, node))
    _uses(source, found)


def _take(source: Source, statement: ast.Assign | ast.AnnAssign, found: Inventory) -> None:
    """The patterns that a statement at the top of a module gives a name to."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for name in (each.id for each in targets if isinstance(each, ast.Name)):
        held = list(patterns_in(getattr(import_module(source.module), name)))
        numbered = {f"{name}.{n}": one for n, one in enumerate(held)} if len(held) > 1 else {name: held[0]}
        found.patterns.update({f"{source.module}.{each}": one for each, one in numbered.items()})


def _inline(source: Source, call: ast.Call, by: str, found: Inventory) -> None:
    """A pattern within a function is known where it is written out; else nobody measures it."""
    place = f"{source.module}, line {call.lineno}"
    flagged = len(call.args) > (3 if by in {"split", "sub", "subn"} else 2) or call.keywords
    if by == "compile" or flagged or not call.args or not isinstance(call.args[0], ast.Constant):
        found.unseen.append(
            f"{place}: re.{by}() makes a pattern that is not known before it runs. Compile it at the top of"
            " the module and give it a name there, so that its growth is measured."
        )
        return
    name = f"{source.module}:{call.args[0].value!r}"
    found.patterns[name] = re.compile(call.args[0].value)
    found.uses[name].add(by)


def _other_engines(source: Source, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = {each.name: each.asname for each in node.names}
    elif isinstance(node, ast.ImportFrom):
        names = {node.module or "": None}
    else:
        return
    for name in names.keys() & UNMEASURED:
        yield f"{source.module} imports {name}, whose patterns nobody measures. Use re."
    if names.get("re"):
        yield f"{source.module} calls re {names['re']}, so that its patterns are not found. Call it re."


def _uses(source: Source, found: Inventory) -> None:
    """What is done with each name: its methods are called; handed on, it may be searched by."""
    called = {
        node.func.value: node.func.attr
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.uses[source.home(node.id)].add(called.get(node, "search"))
