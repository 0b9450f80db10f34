"""Whether `package.module:function` is a function that takes its settings, read from its source.

Nothing is imported: the libraries of the stages in `agents` take seconds to import, and an extra that is not
installed is not a fault of the pipeline.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path

FORM = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
#: Through how many modules a name may be imported in turn.
DEPTH = 8


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a function or class is defined. `node` is None if the source does not show it."""

    module: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None


def loader_fault(name: object) -> Iterator[str]:
    """Why the function named `module:function` cannot be called with one dataclass; nothing if it can."""
    if not isinstance(name, str) or not FORM.fullmatch(name):
        yield f"{name!r} is not of the form `package.module:function`"
        return
    module, _, function = name.partition(":")
    try:
        definition = _find(module, function)
    except LookupError as error:
        yield str(error)
        return
    if isinstance(definition.node, ast.AsyncFunctionDef):
        yield f"{name} is an `async def`, and must be a plain function"
    elif isinstance(definition.node, ast.FunctionDef):
        yield from _signature_fault(name, definition.module, definition.node)


def _signature_fault(name: str, module: str, node: ast.FunctionDef) -> Iterator[str]:
    positional = [*node.args.posonlyargs, *node.args.args]
    needed = len(positional) - len(node.args.defaults)
    keywords = sum(default is None for default in node.args.kw_defaults)
    if not positional or needed > 1 or keywords:
        yield f"{name} must take one argument, its settings; it takes {ast.unparse(node.args) or 'none'}"
    elif positional[0].annotation is None:
        yield f"{name} must declare its settings as a dataclass: `{positional[0].arg}` has no annotation"
    elif not _may_be_dataclass(module, positional[0].annotation):
        annotation = ast.unparse(positional[0].annotation)
        yield f"{name} must declare its settings as a dataclass: {annotation} is not one"


def _may_be_dataclass(module: str, annotation: ast.expr) -> bool:
    """False only where the source shows that it is not one."""
    if not isinstance(annotation, ast.Name):
        return not isinstance(annotation, ast.Subscript | ast.BinOp)
    if annotation.id in {"int", "str", "dict", "list", "tuple", "object", "Any"}:
        return False
    try:
        node = _find(module, annotation.id).node
    except LookupError:
        return True  # its module has no such name: the import's own error is clearer
    return not isinstance(node, ast.ClassDef) or bool(node.bases or node.decorator_list)


def _find(module: str, name: str, depth: int = DEPTH) -> Definition:
    """Where `name` of `module` is defined. Raises `LookupError` with a sentence if it is not."""
    tree = _source(module)
    if tree is None or not depth:
        return Definition(module, None)
    imported = None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return Definition(module, node)
        if isinstance(node, ast.ImportFrom):
            imported = _import_of(module, node, name) or imported
    if imported is not None:
        return _find(*imported, depth - 1)
    if not _may_have(tree, name):
        raise LookupError(f"the module {module} has no {name}")
    return Definition(module, None)


def _import_of(module: str, node: ast.ImportFrom, name: str) -> tuple[str, str] | None:
    for alias in node.names:
        if (alias.asname or alias.name) == name and not node.level:
            return node.module or module, alias.name
    return None


def _may_have(tree: ast.Module, name: str) -> bool:
    """Whether the name is bound anywhere, or may be bound in a way that the source does not show."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name) in {name, "*"}:
            return True
        if getattr(node, "name", None) in {name, "__getattr__"} and not isinstance(node, ast.alias):
            return True
    return False


def _spec(module: str) -> ModuleSpec | None:
    """The module's spec. `find_spec` alone would import the packages that contain it."""
    package, _, _ = module.rpartition(".")
    if not package:
        return find_spec(module)
    parent = _spec(package)
    if parent is None or parent.submodule_search_locations is None:
        return None
    return PathFinder.find_spec(module, parent.submodule_search_locations)


def _source(module: str) -> ast.Module | None:
    """The module, parsed; None if it is not Python. Raises `LookupError` if there is no such module."""
    spec = _spec(module)
    if spec is None:
        raise LookupError(f"there is no module {module}")
    if spec.origin is None or not spec.origin.endswith(".py"):
        return None
    try:
        return ast.parse(Path(spec.origin).read_bytes())
    except (OSError, SyntaxError) as error:
        raise LookupError(f"the module {module} cannot be read: {error}") from error
