"""Every regular expression of the product: looked up in the source, and taken from the modules compiled."""

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
#: Functions of `re` that compile their first argument.
COMPILING = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn"}
SCANNING = COMPILING - {"match", "fullmatch"}
#: Other engines, and modules that make patterns out of sight.
UNMEASURED = {"regex", "fnmatch", "sre_compile", "re2"}


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """Patterns by name, how each is used, and a sentence about each that the source does not show."""

    patterns: dict[str, re.Pattern[Any]]
    uses: dict[str, set[str]]
    unseen: list[str]

    def mode(self, name: str) -> str:
        """The most expensive way in which a pattern is used: `search`, `match` or `fullmatch`."""
        used = self.uses.get(name, SCANNING)
        return "search" if used & SCANNING else "match" if "match" in used else "fullmatch"


def inventory(root: Path = ROOT) -> Inventory:
    """All patterns of the packages below `root`, which must be importable."""
    collected = Inventory(patterns={}, uses=defaultdict(set), unseen=[])
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        module = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        read(Source(module, ast.parse(path.read_text(encoding="utf-8"))), collected)
    return collected


class Source:
    """The syntax tree of a module, and what its imported names stand for."""

    def __init__(self, module: str, tree: ast.Module) -> None:
        self.module, self.tree = module, tree
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = [(node.module or "", alias) for node in imports for alias in node.names]
        self.of_re = {alias.asname or alias.name: alias.name for module, alias in names if module == "re"}
        self.full_names = {
            alias.asname or alias.name: f"{module}.{alias.name}"
            for module, alias in names
            if module.startswith(PACKAGES)
        }

    def full_name(self, name: str) -> str:
        """Module and name of what a name in this module stands for."""
        return self.full_names.get(name, f"{self.module}.{name}")

    def compiled_by(self, node: ast.AST) -> str | None:
        """The function of `re` that this node calls to compile a pattern, if it does."""
        if not isinstance(node, ast.Call):
            return None
        function = node.func
        if isinstance(function, ast.Attribute) and ast.unparse(function.value) == "re":
            return function.attr if function.attr in COMPILING else None
        name = self.of_re.get(function.id) if isinstance(function, ast.Name) else None
        return name if name in COMPILING else None


def patterns_in(value: object) -> Iterator[re.Pattern[Any]]:
    """Every compiled pattern in a value, also in nested containers."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from patterns_in([*value, *value.values()])
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from patterns_in(item)


def read(source: Source, collected: Inventory) -> None:
    at_top = {
        call: statement
        for statement in source.tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for call in ast.walk(statement)
        if source.compiled_by(call) == "compile"
    }
    for statement in dict.fromkeys(at_top.values()):
        _named(source, statement, collected)
    for node in ast.walk(source.tree):
        function = source.compiled_by(node)
        if isinstance(node, ast.Call) and function is not None and node not in at_top:
            _inline(source, node, function, collected)
        collected.unseen.extend(_other_engines(source, node))
    _uses(source, collected)


def _named(source: Source, statement: ast.Assign | ast.AnnAssign, collected: Inventory) -> None:
    """Adds the patterns to which a statement at the top of a module gives a name."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for name in (target.id for target in targets if isinstance(target, ast.Name)):
        patterns = list(patterns_in(getattr(import_module(source.module), name)))
        numbered = (
            {f"{name}.{n}": pattern for n, pattern in enumerate(patterns)}
            if len(patterns) > 1
            else {name: patterns[0]}
        )
        collected.patterns.update({f"{source.module}.{key}": pattern for key, pattern in numbered.items()})


def _inline(source: Source, call: ast.Call, function: str, collected: Inventory) -> None:
    """Adds a pattern within a function where it is a literal; else reports that it cannot be measured."""
    place = f"{source.module}, line {call.lineno}"
    flagged = len(call.args) > (3 if function in {"split", "sub", "subn"} else 2) or call.keywords
    if function == "compile" or flagged or not call.args or not isinstance(call.args[0], ast.Constant):
        collected.unseen.append(
            f"{place}: re.{function}() makes a pattern that is not known before it runs. Compile it at the"
            " top of the module and give it a name there, so that its growth is measured."
        )
        return
    name = f"{source.module}:{call.args[0].value!r}"
    collected.patterns[name] = re.compile(call.args[0].value)
    collected.uses[name].add(function)


def _other_engines(source: Source, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = {alias.name: alias.asname for alias in node.names}
    elif isinstance(node, ast.ImportFrom):
        names = {node.module or "": None}
    else:
        return
    for name in names.keys() & UNMEASURED:
        yield f"{source.module} imports {name}, whose patterns are not measured. Use re."
    if names.get("re"):
        yield f"{source.module} imports re as {names['re']}, so its patterns are not found. Import it as re."


def _uses(source: Source, collected: Inventory) -> None:
    """Adds how each name is used: by the method that is called, or as `search` where it is passed on."""
    called = {
        node.func.value: node.func.attr
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            collected.uses[source.full_name(node.id)].add(called.get(node, "search"))
