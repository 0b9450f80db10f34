"""docs/guides/sinks.md agrees with the kinds of sink that there are."""

import json
import re
import subprocess
import time
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from agents import SINKS
from agents.sinks.jsonl import JsonlSettings
from agents.sinks.parquet import ParquetSettings
from agents.sinks.sql import SqlSettings
from agents.sinks.webhook import WebhookSettings
from agents.sinks.webhook.signature import read_secrets, sign
from tests.support.documents.node import NODE
from tests.support.places import ROOT
from tests.unit.agents.sinks.receiver import KEY

TEXT = (ROOT / "docs" / "guides" / "sinks.md").read_text("utf-8")
OTHER = KEY.replace("a", "b")
BODY = '{"id":"k1","title":"Αθήνα"}'


def section(kind: str) -> str:
    """The section of the document about a kind of sink."""
    match = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert match
    return match[1]


def default(value: Any) -> str:
    """A default value as TOML writes it."""
    return "" if value in ("", MISSING) else f"`{json.dumps(value)}`"


@pytest.mark.parametrize(
    ("kind", "model"), [("jsonl", JsonlSettings), ("parquet", ParquetSettings), ("webhook", WebhookSettings)]
)
def test_the_table_of_settings_has_every_setting_and_its_default(kind: str, model: Any) -> None:
    table = section(kind).split("| setting | default | what |\n|---|---|---|\n")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.*?) ?\| ", table, re.MULTILINE)
    required = {
        field.name: "" for field in fields(model) if field.default is field.default_factory is MISSING
    }
    settings = model(**required)
    assert [(name, shown.replace('`""`', "")) for name, shown in rows] == [
        (field.name, default(getattr(settings, field.name))) for field in fields(model)
    ]


def test_every_kind_of_sink_is_in_the_table_of_kinds() -> None:
    assert re.findall(
        r"^\| \[?`(\w+)`.*\|.*\|.*\|.*\|$", TEXT.split("| kind |")[1].split("\n\n")[0], re.MULTILINE
    ) == sorted(SINKS)


@pytest.mark.parametrize(
    ("kind", "model"), [("parquet", ParquetSettings), ("sql", SqlSettings), ("webhook", WebhookSettings)]
)
def test_the_configuration_file_shows_the_settings_with_their_defaults(kind: str, model: Any) -> None:
    file = (ROOT / "config" / "copydesk.toml").read_text("utf-8")
    match = re.search(rf"^# \[sinks\.{kind}\]\n((?:#.*\n)*)", file, re.MULTILINE)
    assert match
    lines = [line.removeprefix("# ") for line in match[1].splitlines()]
    shown = tomllib.loads("\n".join(line for line in lines if re.match(r"\w+ = ", line)))
    settings = model()
    assert shown.pop("kind") == kind
    assert shown == {name: getattr(settings, name) for name in shown}
    missing = {field.name for field in fields(model)} - set(shown)
    assert [name for name in missing if not re.search(rf"^# {name}[ :]", match[1], re.MULTILINE)] == []


def sent(secrets: str, when: float) -> dict[str, str]:
    signature = sign(read_secrets(secrets), "e1", int(when), BODY.encode())
    return {"webhook-id": "e1", "webhook-timestamp": str(int(when)), "webhook-signature": signature}


def requests() -> list[tuple[dict[str, str], str, bool]]:
    """Headers, body, and whether a receiver with the secret `KEY` must accept them."""
    now = time.time()
    return [
        (sent(KEY, now), BODY, True),
        (sent(f"{OTHER} {KEY}", now), BODY, True),
        (sent(OTHER, now), BODY, False),
        (sent(KEY, now), BODY.replace("k1", "k2"), False),
        (sent(KEY, now - 400), BODY, False),
    ]


def block(language: str) -> str:
    """The code of the document that checks a signature."""
    blocks = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    return next(code for code in blocks if "verified" in code)


def test_the_python_of_the_document_checks_signatures() -> None:
    defined: dict[str, Any] = {}
    exec(block("python"), defined)  # noqa: S102 - the code of our own document
    accepted = [defined["verified"](headers, body.encode(), KEY) for headers, body, _ in requests()]
    assert accepted == [wanted for _, _, wanted in requests()]


def test_the_javascript_of_the_document_checks_signatures(tmp_path: Path) -> None:
    program = tmp_path / "check.mjs"
    program.write_text(
        block("javascript")
        + f"const requests = {json.dumps(requests())}, secret = {json.dumps(KEY)};\n"
        + "const valid = requests.map(([headers, body]) => verified(headers, Buffer.from(body), secret));\n"
        + "console.log(JSON.stringify(valid));\n"
    )
    process = subprocess.run([NODE, str(program)], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(process.stdout) == [wanted for _, _, wanted in requests()]
