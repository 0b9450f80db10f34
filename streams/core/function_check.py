"""Whether `package.module:function` is a function that takes its settings, read from its source.

Nothing is imported: to import what the stages of `agents` work with takes seconds, and an extra that is not
installed is no fault of the pipeline.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

FORM = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
WHICH = "which settings it takes"
#: How often a name may be handed on from one module to another.
DEPTH = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a function or class is defined. `node` None: somewhere that its source does not show."""

    module: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None


def loader_fault(name: object) -> Iterator[str]:
    """Why the function called `module:function` cannot be called with one dataclass; nothing if it can."""
    if not isinstance(name, str) or not FORM.fullmatch(name):
        yield f"{name!r} is not of the form `package.module:function`"
        return
    module, _, function = name.partition(":")
    try:
        place = _find(module, function)
    except LookupError as error:
        yield str(error)
        return
    if isinstance(place.node, ast.AsyncFunctionDef):
        yield f"{name} is an `async def`, and must be a plain function"
    elif isinstance(place.node, ast.FunctionDef):
        yield from _signature_fault(name, place.module, place.node)


def _signature_fault(name: str, module: str, node: ast.FunctionDef) -> Iterator[str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    needed = len(positional) - len(node.args.defaults)
    keywords = sum(default is None for default in node.args.kw_defaults)
    if not positional or needed > 1 or keywords:
        yield f"{name} must take one argument, its settings; it takes {ast.unparse(node.args) or 'none'}"
    elif positional[0].annotation is None:
        yield f"{name} must say by a dataclass {WHICH}: `{positional[0].arg}` has no annotation"
    elif not _may_be_dataclass(module, positional[0].annotation):
        said = ast.unparse(positional[0].annotation)
        yield f"{name} must say by a dataclass {WHICH}: {said} is none"


def _may_be_dataclass(module: str, annotation: ast.expr) -> bool:
    """False only for a class that can be seen to be none."""
    if not isinstance(annotation, ast.Name):
        return not isinstance(annotation, ast.Subscript | ast.BinOp)
    if annotation.id in {"int", "str", "dict", "list", "tuple", "object", "Any"}:
        return False
    try:
        node = _find(module, annotation.id).node
    except LookupError:
        return True  # a name that its module does not have: the import says so better
    if not isinstance(node, ast.ClassDef) or node.bases:
        return True
    return bool(node.decorator_list)


def _find(module: str, name: str, depth: int = DEPTH) -> Definition:
    """Where `name` of `module` is defined. Raises `LookupError` with a sentence where it is not."""
    tree = _source(module)
    if tree is None or not depth:
        return Definition(module, None)
    handed_on = None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return Definition(module, node)
        if isinstance(node, ast.ImportFrom):
            handed_on = _import_of(module, node, name) or handed_on
    if handed_on is not None:
        return _find(*handed_on, depth - 1)
    if not _may_have(tree, name):
        raise LookupError(f"the module {module} has no {name}")
    return Definition(module, None)


def _import_of(module: str, node: ast.ImportFrom, name: str) -> tuple[str, str] | None:
    for alias in node.names:
        if (alias.asname or alias.name) == name and not node.level:
            return node.module or module, alias.name
    return None


def _may_have(tree: ast.Module, name: str) -> bool:
    """Whether the name is bound anywhere, or may be in a way that cannot be seen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name) in {name, "*"}:
            return True
        if getattr(node, "name", None) in {name, "__getattr__"} and not isinstance(node, ast.alias):
            return True
    return False


def _spec(module: str) -> ModuleSpec | None:
    """Where the module lies. `find_spec` alone would import the packages that it lies in."""
    package, _, _ = module.rpartition(".")
    if not package:
        return find_spec(module)
    around = _spec(package)
    if around is None or around.submodule_search_locations is None:
        return None
    return PathFinder.find_spec(module, around.submodule_search_locations)


def _source(module: str) -> ast.Module | None:
    """The module, parsed; None where it is not Python. Raises `LookupError` where there is none."""
    spec = _spec(module)
    if spec is None:
        raise LookupError(f"there is no module {module}")
    if spec.origin is None or not spec.origin.endswith(".py"):
        return None
    try:
        return ast.parse(Path(spec.origin).read_bytes())
    except (OSError, SyntaxError) as error:
        raise LookupError(f"the module {module} cannot be read: {error}") from error
