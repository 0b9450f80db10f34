"""Documents that the code writes. `make documents` writes them all again.

Tests compare the files with what would be written.
"""

import re
import textwrap
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from streams import exit_codes
from streams.core.message import Message, Outgoing
from streams.core.pipeline import Pipeline, load_pipeline
from streams.core.stage import Failure, Outcome, Processed
from streams.dead_letters.record import dead_letter
from streams.kafka.acls import roles
from streams.runtime.work.pool_process import StageWorker, load_work
from streams.schema.asyncapi import asyncapi
from streams.schema.json_schema import topic_schema
from streams.settings import Settings
from tests.support.documents import commands_page, decisions_page, rooms, settings_page
from tests.support.places import ROOT

EXAMPLES = ROOT / "agents" / "examples.json"
ASYNCAPI = ROOT / "docs" / "reference" / "asyncapi.json"
ARCHITECTURE = ROOT / "ARCHITECTURE.md"
CONTRACT = ROOT / "docs" / "guides" / "contract.md"
SECURITY = ROOT / "docs" / "operations" / "security.md"
SETTINGS = ROOT / "docs" / "reference" / "settings.md"
COMMANDS = ROOT / "docs" / "reference" / "commands.md"
DECISIONS = ROOT / "docs" / "decisions" / "index.md"
EXIT_CODES = ROOT / "docs" / "reference" / "exit-codes.md"
GENERATED = re.compile(r"(?<=<!-- written by `make documents` -->\n\n).*?(?=\n\n<!-- to here -->)", re.DOTALL)

NIGHT_BUS = {
    "url": "https://www.harbour-courier.example/transport/night-bus?utm_source=rss",
    "text": "🚌 Night bus to Gosport will run again\n\nBy Eleanor Marsh\n\n"
    "The night bus between Portsmouth and Gosport will run again from the first of December, Hampshire County"
    " Council said on Thursday, three years after it was withdrawn.\n\n"
    "“People who clean hospitals at night should not have to walk home,” said Margaret Ashdown, who had asked"
    " for the money. The fare will be £2.",
    "fetched_at": "2026-11-12T18:30:00Z",
    "feed": "harbour-courier",
    "meta": {"job": 4711},
}
TEASER = {"url": "https://www.harbour-courier.example/transport/night-bus/teaser", "text": "More at nine."}
NOTHING = {"url": "https://www.harbour-courier.example/transport/night-bus/empty"}
RECEIVED = round(datetime.fromisoformat("2026-11-12T18:30:02Z").timestamp() * 1000)


def settings() -> Settings:
    """The defaults, whatever a file and the environment say."""
    return Settings.model_construct()


def pipeline() -> Pipeline:
    return load_pipeline(settings())


def asyncapi_text() -> bytes:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    document = asyncapi(pipeline(), settings(), version)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def examples_text() -> bytes:
    """An article and its takedown through all stages, a teaser that is discarded, and a record that fails."""
    messages = [_message(NIGHT_BUS, 1207), _takedown(1210)]
    examples = {"raw": [example("RawArticle", messages[0]), example("Takedown", messages[1])]}
    messages += [_message(TEASER, 1208), _message(NOTHING, 1209)]
    for stage in pipeline().stages:
        written = list(made_by(stage.name, messages))
        for name, record in written:
            examples.setdefault(record.topic.removeprefix("news."), []).append(example(name, record))
        topic = stage.writes.full_name
        messages = [as_read(record) for _, record in written if record.topic == topic]
    return orjson.dumps(examples, option=orjson.OPT_INDENT_2) + b"\n"


def contract_tables() -> str:
    """The fields of the finished record and those of its parts, in Markdown."""
    schema = topic_schema(pipeline(), pipeline().topic("summaries"))
    rows = [
        f"| `{name}` | {_type(field)} | {field['description']} |"
        for name, field in schema["properties"].items()
    ]
    parts = [_part(name, part) for name, part in schema["$defs"].items()]
    return "\n".join(["| field | type | meaning |", "|---|---|---|", *rows, "", "Their parts:", "", *parts])


def rights_commands() -> str:
    """The commands that give each role of the pipeline its rights, as a Markdown block."""
    with_sink = settings().model_copy(update={"sinks": {"jsonl": {"kind": "jsonl"}}})
    commands = [right.command(role.name) for role in roles(with_sink, pipeline()) for right in role.rights]
    return "\n".join(["```sh", *commands, "```"])


def pages() -> dict[Path, str]:
    """The pages that are generated as a whole."""
    return {
        SETTINGS: settings_page.page(pipeline()),
        COMMANDS: commands_page.page(),
        DECISIONS: decisions_page.page(),
    }


def mistakes(topic: str, record: dict[str, Any]) -> list[str]:
    """What the AsyncAPI document does not allow in a record of that topic (`name`, `headers`, `payload`)."""
    document = DRAFT202012.create_resource(orjson.loads(ASYNCAPI.read_bytes()))
    whole = Registry().with_resource("urn:document", document)
    message = f"urn:document#/channels/{topic}/messages/{record['name']}"
    return [
        f"{topic}/{record['name']}: {error.json_path}: {error.message}"
        for part in ("headers", "payload")
        for error in Draft202012Validator({"$ref": f"{message}/{part}"}, registry=whole).iter_errors(
            record[part]
        )
    ]


def write() -> None:
    EXAMPLES.write_bytes(examples_text())
    ASYNCAPI.write_bytes(asyncapi_text())
    for path, page in pages().items():
        path.write_text(page, "utf-8")
    blocks = (
        (ARCHITECTURE, rooms.markdown()),
        (CONTRACT, contract_tables()),
        (SECURITY, rights_commands()),
        (EXIT_CODES, exit_codes.as_markdown()),
    )
    for path, block in blocks:
        path.write_text(GENERATED.sub(block.replace("\\", r"\\"), path.read_text("utf-8")), "utf-8")


def _message(record: dict[str, Any], offset: int) -> Message:
    key, value = str(record["url"]).encode(), orjson.dumps(record)
    headers = (("content-type", b"application/json"),)
    return Message(
        topic="news.raw",
        partition=3,
        offset=offset,
        timestamp=RECEIVED,
        key=key,
        value=value,
        headers=headers,
    )


def _takedown(offset: int) -> Message:
    return replace(_message(NIGHT_BUS, offset), timestamp=RECEIVED + 86_400_000, value=None, headers=())


def made_by(name: str, messages: Iterable[Message]) -> Iterator[tuple[str, Outgoing]]:
    """The records that a stage makes from messages, each with its name in the AsyncAPI document."""
    stage = pipeline().stage(name)
    for message in messages:
        result = worker(name).handle(message)
        if isinstance(result, Processed):
            kind = stage.writes.record if result.outcome is Outcome.SENT else stage.discards.record
            assert kind is not None
            yield from ((kind.__name__ if record.value else "Takedown", record) for record in result.records)
        elif isinstance(result, Failure):
            # A traceback names folders of this machine.
            short = replace(result, trace="Traceback (most recent call last): ...")
            yield "DeadLetter", dead_letter(message, short, stage)


@cache
def worker(name: str) -> StageWorker:
    """A stage with its work loaded, as in a pool process."""
    stage = pipeline().stage(name)
    return StageWorker(stage, load_work(stage, {}))


def as_read(record: Outgoing) -> Message:
    """A record of one stage as the next one reads it."""
    return Message(
        topic=record.topic, partition=7, offset=93, timestamp=RECEIVED + 1000,
        key=record.key, value=record.value, headers=record.headers,
    )  # fmt: skip


def example(name: str, record: Message | Outgoing) -> dict[str, Any]:
    """A record as the document shows it. A value that is not JSON is shown as null."""
    return {
        "name": name,
        "key": (record.key or b"").decode(),
        "headers": {name: (value or b"").decode() for name, value in record.headers},
        "payload": _payload(record.value or b"null"),
    }


def _payload(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None


def _type(schema: dict[str, Any]) -> str:
    """A type in words: `string or null`, `list of Entity`."""
    if "anyOf" in schema:
        return " or ".join(_type(variant) for variant in schema["anyOf"])
    if "$ref" in schema:
        return f"`{schema['$ref'].rsplit('/', 1)[-1]}`"
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    return f"list of {_type(schema['items'])}" if schema["type"] == "array" else str(schema["type"])


def _part(name: str, schema: dict[str, Any]) -> str:
    """A list item, in lines of 118 characters."""
    fields = ", ".join(f"`{field}` ({_type(value)})" for field, value in schema["properties"].items())
    return textwrap.fill(
        f"- `{name}`: {schema['description']} {fields}.",
        width=118, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


if __name__ == "__main__":
    write()
