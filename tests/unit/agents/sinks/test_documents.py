"""What docs/sinks.md says of the kinds of sink is so."""

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
from agents.sinks.webhook import WebhookSettings
from agents.sinks.webhook.signature import read_secrets, sign
from tests.support.node import NODE
from tests.support.places import ROOT
from tests.unit.agents.sinks.receiver import KEY

TEXT = (ROOT / "docs" / "sinks.md").read_text("utf-8")
OTHER = KEY.replace("a", "b")
BODY = '{"id":"k1","title":"Αθήνα"}'


def section(kind: str) -> str:
    """What the document says of a kind."""
    section = re.search(rf"^## {kind}\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section
    return section[1]


def default(value: Any) -> str:
    """A default as TOML has it."""
    return "" if value in ("", MISSING) else f"`{json.dumps(value)}`"


@pytest.mark.parametrize(
    ("kind", "model"), [("jsonl", JsonlSettings), ("parquet", ParquetSettings), ("webhook", WebhookSettings)]
)
def test_the_table_of_settings_is_the_settings(kind: str, model: Any) -> None:
    table = section(kind).split("| setting | default | what |\n|---|---|---|\n")[1].split("\n\n")[0]
    documented = re.findall(r"^\| `(\w+)` \| (.*?) ?\| ", table, re.MULTILINE)
    defaults = model(
        **{item.name: "" for item in fields(model) if item.default is item.default_factory is MISSING}
    )
    assert [(name, shown.replace('`""`', "")) for name, shown in documented] == [
        (item.name, default(getattr(defaults, item.name))) for item in fields(model)
    ]


def test_every_kind_of_sink_is_in_the_table_of_kinds() -> None:
    assert re.findall(
        r"^\| \[?`(\w+)`.*\|.*\|.*\|.*\|$", TEXT.split("| kind |")[1].split("\n\n")[0], re.MULTILINE
    ) == sorted(SINKS)


@pytest.mark.parametrize(("kind", "model"), [("parquet", ParquetSettings), ("webhook", WebhookSettings)])
def test_the_configuration_file_shows_the_settings_with_their_defaults(kind: str, model: Any) -> None:
    file = (ROOT / "config" / "copydesk.toml").read_text("utf-8")
    section = re.search(rf"^# \[sinks\.{kind}\]\n((?:#.*\n)*)", file, re.MULTILINE)
    assert section
    lines = [line.removeprefix("# ") for line in section[1].splitlines()]
    shown = tomllib.loads("\n".join(line for line in lines if re.match(r"\w+ = ", line)))
    defaults = model()
    assert shown.pop("kind") == kind
    assert shown == {name: getattr(defaults, name) for name in shown}
    missing = {item.name for item in fields(model)} - set(shown)
    assert [name for name in missing if not re.search(rf"^# {name}[ :]", section[1], re.MULTILINE)] == []


def sent(secrets: str, when: float) -> dict[str, str]:
    signature = sign(read_secrets(secrets), "e1", int(when), BODY.encode())
    return {"webhook-id": "e1", "webhook-timestamp": str(int(when)), "webhook-signature": signature}


def requests() -> list[tuple[dict[str, str], str, bool]]:
    """Headers, body, and whether a receiver that knows `KEY` is to accept them."""
    now = time.time()
    return [
        (sent(KEY, now), BODY, True),
        (sent(f"{OTHER} {KEY}", now), BODY, True),
        (sent(OTHER, now), BODY, False),
        (sent(KEY, now), BODY.replace("k1", "k2"), False),
        (sent(KEY, now - 400), BODY, False),
    ]


def block(language: str) -> str:
    """The function of the document that checks a signature."""
    return next(
        item for item in re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) if "verified" in item
    )


def test_the_python_that_checks_a_signature_does() -> None:
    defined: dict[str, Any] = {}
    exec(block("python"), defined)  # noqa: S102 - the document's own
    documented = [defined["verified"](headers, body.encode(), KEY) for headers, body, _ in requests()]
    assert documented == [wanted for _, _, wanted in requests()]


def test_the_javascript_that_checks_a_signature_does(tmp_path: Path) -> None:
    program = tmp_path / "check.mjs"
    program.write_text(
        block("javascript")
        + f"const requests = {json.dumps(requests())}, secret = {json.dumps(KEY)};\n"
        + "const said = requests.map(([headers, body]) => verified(headers, Buffer.from(body), secret));\n"
        + "console.log(JSON.stringify(said));\n"
    )
    ran = subprocess.run([NODE, str(program)], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(ran.stdout) == [wanted for _, _, wanted in requests()]
