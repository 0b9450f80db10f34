"""The names that a Python module defines, and its texts: docstrings, comments, messages, help texts.

A name that is only used is read where it is defined, or comes from a library and cannot be changed here.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from itertools import groupby

from tests.support.words.pieces import Piece, Sort

LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical", "bind"}
METRICS = {"Counter", "Gauge", "Histogram"}
#: Their first argument is a pattern, which is not for people.
PATTERNS = {"compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub"}


def python(source: str, *, messages: bool) -> Iterator[Piece]:
    """All of a module; of its plain strings the sentences, where they are messages to people."""
    tree = ast.parse(source)
    yield from names(tree)
    yield from comments(source)
    yield from docstrings(tree)
    if messages:
        yield from sentences(tree)


def names(tree: ast.AST) -> Iterator[Piece]:
    """Every name where it is defined or bound."""
    for node in ast.walk(tree):
        for name in _bound(node):
            yield Piece(getattr(node, "lineno", 1), Sort.NAME, name)


def _bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.MatchStar(name=str(name)):
            yield name
        case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
            yield name
        case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.Call():
            yield from _names_in_call(node)


def _names_in_call(call: ast.Call) -> Iterator[str]:
    """Keys of a log line, name and labels of a metric, a command-line option and its metavar."""
    if _is_log(call.func):
        yield from (keyword.arg for keyword in call.keywords if keyword.arg)
    elif _last_name(call.func) in METRICS:
        tuples = [argument for argument in call.args if isinstance(argument, ast.Tuple)]
        yield from _strings([*call.args[:1], *(label for labels in tuples for label in labels.elts)])
    elif _last_name(call.func) in {"Option", "Argument"}:
        yield from _strings([*call.args, *(word.value for word in call.keywords if word.arg == "metavar")])


def _strings(nodes: list[ast.expr]) -> Iterator[str]:
    yield from (
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _is_log(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LOG_METHODS
        and "log" in ast.unparse(function.value).lower()
    )


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def comments(source: str) -> Iterator[Piece]:
    """Comments; those in lines of their own that follow each other are one text."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = [
        (token.start[0], token.string.lstrip("#: ")) for token in tokens if token.type == tokenize.COMMENT
    ]
    for _, group in groupby(enumerate(lines), lambda item: item[1][0] - item[0]):
        block = [line for _, line in group]
        yield Piece(block[0][0], Sort.TEXT, "\n".join(text for _, text in block))


def docstrings(tree: ast.AST) -> Iterator[Piece]:
    """Every string that is a statement: of modules, classes, functions, and below a field."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            text = node.value.value
            if isinstance(text, str):
                yield Piece(node.lineno, Sort.TEXT, text)


def sentences(tree: ast.AST) -> Iterator[Piece]:
    """Strings of several words, docstrings and patterns left out."""
    skipped = {id(node) for statement in ast.walk(tree) for node in _not_for_people(statement)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in skipped:
            text = node.value
            if isinstance(text, str) and " " in text.strip():
                yield Piece(node.lineno, Sort.TEXT, text)


def _not_for_people(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.Call) and _last_name(node.func) in PATTERNS:
        yield from (inner for argument in node.args[:1] for inner in ast.walk(argument))
