"""docs/reference/settings.md: every setting, from the classes that read them. `make documents` writes it."""

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, is_dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import orjson
from pydantic import BaseModel

from agents.filters import FilterSettings
from streams.core.pipeline import Pipeline
from streams.settings import IngestSettings, ProbesSettings, SecuritySettings, Settings, WorkerSettings
from tests.support.documents.markdown import escaped, one_line

TABLES: dict[str, type[BaseModel]] = {
    "security": SecuritySettings,
    "probes": ProbesSettings,
    "worker": WorkerSettings,
    "ingest": IngestSettings,
}
#: How the classes of settings name a type, and how this page does.
TYPES = {
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "true or false",
    "dict": "table",
    "Mapping": "table",
}
TYPES |= {"Path": "path", "SecretStr": "text", "list": "list"}
HEAD = """# Settings

<!-- written by `make documents` -->

Every setting, with its default. The first of these that sets a value wins: the command line, an environment
variable, the file `config/copydesk.toml` in the current folder (or the file that `COPYDESK_CONFIG` names),
the default. `copydesk init` writes the file, and `copydesk config show` prints the settings that are used. A
name in capitals is the environment variable of the setting; `NAME` in it is the name of your sink.
"""
STAGE = """Any setting of `[worker]`, for this stage alone, and in `work` those of its own work."""
SINKS = """One table for each sink. These settings belong to every kind of sink, and those below to one kind;
[Sinks](../guides/sinks.md) explains them.
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    name: str
    type: str
    default: str
    meaning: str


#: What the engine reads of the table of a sink.
SHARED = (
    Row(
        name="kind",
        type="text",
        default="the name of the sink",
        meaning="The kind of sink: one of those below.",
    ),
    Row(
        name="reads",
        type="text",
        default="the last topic",
        meaning="The topic that it reads, without the prefix. Needed where the pipeline has several ends.",
    ),
    Row(
        name="from",
        type="`earliest` or `now`",
        default='`"earliest"`',
        meaning="Where it begins at its [first start](../guides/sinks.md#where-a-sink-begins).",
    ),
    Row(
        name="withdraw",
        type="true or false",
        default="depends on the kind",
        meaning="Whether [what no longer passes](../guides/sinks.md#what-no-longer-passes) is removed.",
    ),
    Row(name="filter", type="table", default="all articles", meaning="Which articles it gets; see below."),
)


def page(pipeline: Pipeline) -> str:
    """The whole page."""
    parts = [HEAD, "## At the top of the file\n", table(of_model(Settings, leave_out=TABLES), "COPYDESK_")]
    for name, model in TABLES.items():
        parts += [
            f"## [{name}]\n",
            f"{escaped(model.__doc__ or '')}\n",
            table(of_model(model), f"COPYDESK_{name.upper()}__"),
        ]
    for stage in pipeline.stages:
        own = settings_of(stage.work)
        parts += [f"## [stages.{stage.name}]\n", f"{STAGE}\n"]
        parts += [f"### [stages.{stage.name}.work]\n", table(of_dataclass(own))]
        for name, inner in inner_tables(own).items():
            variables = f"COPYDESK_STAGES__{stage.name.upper()}__WORK__{name.upper()}__"
            parts += [f"### [stages.{stage.name}.work.{name}]\n", table(of_dataclass(inner), variables)]
    parts += ["## [sinks.NAME]\n", SINKS, table(SHARED, links=True)]
    for kind, opener in pipeline.sinks.items():
        parts += [f"### kind = {kind}\n", table(of_dataclass(settings_of(opener)), "COPYDESK_SINKS__NAME__")]
    parts += ["### [sinks.NAME.filter]\n", table(of_dataclass(FilterSettings))]
    return "\n".join(parts)


def table(rows: Iterable[Row], variables: str = "", *, links: bool = False) -> str:
    """A Markdown table; with the prefix of the environment variables, also their names. `links` are kept."""
    lines = ["| setting | type | default | meaning |", "|---|---|---|---|"]
    for row in rows:
        variable = f"<br>`{variables}{row.name.upper()}`" if variables else ""
        meaning = row.meaning if links else escaped(row.meaning)
        lines.append(f"| `{row.name}`{variable} | {row.type} | {row.default} | {meaning} |")
    return "\n".join([*lines, ""])


def of_model(model: type[BaseModel], leave_out: Iterable[str] = ()) -> Iterator[Row]:
    """A row for each field, with the values that are allowed."""
    schema = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        if name not in leave_out:
            yield Row(
                name=name,
                type=f"{type_name(field.annotation)}{_limits(schema[name])}",
                default=shown(field.get_default(call_default_factory=True)),
                meaning=one_line(field.description or ""),
            )


def of_dataclass(settings: type) -> Iterator[Row]:
    """A row for each field. Their docstrings are in the source only."""
    meanings, types = docstrings(settings), get_type_hints(settings)
    for field in fields(settings):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        yield Row(
            name=field.name, type=type_name(types[field.name]),
            default="see below" if is_dataclass(default) else shown(default),
            meaning=one_line(meanings[field.name]),
        )  # fmt: skip


def inner_tables(settings: type) -> dict[str, type]:
    """The fields that are tables with settings of their own."""
    types = get_type_hints(settings)
    return {field.name: types[field.name] for field in fields(settings) if is_dataclass(types[field.name])}


def settings_of(name: str) -> type:
    """The class of the settings that a function takes: `agents.sinks.sql:open_sink`."""
    module, _, function = name.partition(":")
    opened: Callable[..., object] = getattr(import_module(module), function)
    parameter = next(iter(inspect.signature(opened).parameters))
    settings: type = get_type_hints(opened)[parameter]
    return settings


def docstrings(settings: type) -> dict[str, str]:
    """Field → the text below it. Raises `KeyError` where a field has none."""
    module = ast.parse(Path(inspect.getfile(settings)).read_text("utf-8"))
    [body] = [
        node.body for node in module.body if isinstance(node, ast.ClassDef) and node.name == settings.__name__
    ]
    texts = {}
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(after, ast.Expr):
            texts[ast.unparse(field.target)] = ast.literal_eval(after.value)
    return texts


def type_name(annotation: Any) -> str:
    """A type in words. A value that may be absent is of the type that it has otherwise."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    origin = getattr(annotation, "__origin__", annotation)
    if isinstance(origin, type) and origin.__name__ in TYPES:
        return TYPES[origin.__name__]
    names = dict.fromkeys(type_name(part) for part in parts)
    return " or ".join(names) or "table"


def shown(default: Any) -> str:
    """A default value as TOML writes it."""
    if default is MISSING:
        return "required"
    if default is None or default == {}:
        return "none"
    return f"`{orjson.dumps(default).decode()}`"


def _limits(schema: dict[str, Any]) -> str:
    """What the schema allows: `, 1 to 256`."""
    words = schema.get("pattern", "").strip("^$()").split("|")
    if len(words) > 1:
        return ": " + ", ".join(f"`{word}`" for word in words)
    above, least, most = (schema.get(key) for key in ("exclusiveMinimum", "minimum", "maximum"))
    if least is not None and most is not None:
        return f", {least:g} to {most:,.0f}" if most > 1 else f", {least:g} to {most:g}"
    if least is not None:
        return f", at least {least:,.0f}"
    return (
        "" if above is None else f", more than {above:g}" + ("" if most is None else f", at most {most:,.0f}")
    )
