"""What the documents and the configuration say is true."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
from pydantic import BaseModel

from agents.clean.settings import CleanSettings
from agents.entities.settings import EntitiesSettings
from agents.sinks.jsonl import JsonlSettings
from agents.summaries.llm_settings import LlmSettings, value_faults
from agents.summaries.settings import SummariesSettings
from agents.topics import TOPICS
from streams.core.pipeline import LEDGER, load_pipeline
from streams.core.stage import Reason
from streams.settings import (
    IngestSettings,
    ProbesSettings,
    SecuritySettings,
    Settings,
    WorkerSettings,
    load_settings,
)
from tests.reliability.mutation import CAUGHT_BY
from tests.reliability.pipeline.mutants import MUTANTS
from tests.reliability.rows import FAULTS
from tests.support.commands.command_line import rejection
from tests.support.places import ROOT

CONFIGURATION = ROOT / "config" / "copydesk.toml"
WORK = {"clean": CleanSettings(), "entities": EntitiesSettings(), "summaries": SummariesSettings()}
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
MODULES = [*ROOT.glob("streams/**/*.py"), *ROOT.glob("agents/**/*.py")]
TESTS = [*ROOT.glob("tests/**/test_*.py")]

FENCED = re.compile(r"^```\w*\n(.*?)^```|((?:^ {4}[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
#: `copydesk` alone is the Python package, and at the beginning of an arrow its box in a diagram.
COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*copydesk (?!-->)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"```python\n# (\S+)\n(.*?)```", re.DOTALL)


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(text: str) -> Iterator[str]:
    """Every `copydesk ...` in code: lines of blocks, and inline."""
    blocks = (line.strip() for block in FENCED.finditer(text) for line in block[0].splitlines())
    inline = (span[1] for span in INLINE.finditer(FENCED.sub("", text)))
    yield from filter(COMMAND.match, (*blocks, *inline))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_command_line_accepts_every_command_of_a_document_and_its_relative_links_exist(
    document: Path,
) -> None:
    text = document.read_text("utf-8")
    rejections = {command: rejection(command) for command in commands(text)}
    assert {command: reason for command, reason in rejections.items() if reason} == {}
    links = [link.partition("#")[0] for link in LINK.findall(text)]
    relative = [link for link in links if link and "://" not in link]
    assert [link for link in relative if not (document.parent / link).exists()] == []


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("copydesk publish a --no-such-option", "No such option"),
        ("copydesk dissolve", "No such command"),
        ("copydesk worker", "Missing argument"),
        ("copydesk kafka no-such-tool", "no tool"),
        ("COPYDESK_PREFFIX=a copydesk status", "not a setting"),
        ("COPYDESK_WORKER__CHILDS=2 copydesk status", "not a setting"),
    ],
)
def test_a_wrong_command_is_rejected(command: str, reason: str) -> None:
    assert reason in (rejection(command) or "")


@pytest.mark.parametrize(
    "command",
    [
        "COPYDESK_WORKER__POOL_PROCESSES=2 copydesk worker clean",
        "copydesk up --help",
        "copydesk config show > config/copydesk.toml",
        "copydesk topics check && copydesk worker clean",
    ],
)
def test_a_right_command_is_accepted(command: str) -> None:
    assert rejection(command) is None


def test_the_commands_of_indented_and_fenced_blocks_and_of_sentences_are_found() -> None:
    text = (
        "a `copydesk three` b\n\n    copydesk one  # why\n\n```sh\nA=b copydesk two\n```\n`copydesk four`\n"
    )
    assert list(commands(text)) == [
        *("copydesk one  # why", "A=b copydesk two"),
        *("copydesk three", "copydesk four"),
    ]


@pytest.mark.parametrize("decision", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.stem)
def test_every_test_that_a_decision_names_exists(decision: Path) -> None:
    known = {name for path in TESTS for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))}
    known |= {path.name for path in TESTS}
    named = set(re.findall(r"`(test_\w+(?:\.py)?)`", decision.read_text("utf-8")))
    assert named - known == set()


def test_the_readme_is_read_in_a_minute_and_shows_output_on_its_first_screen() -> None:
    lines = text_of("README.md").splitlines()
    assert len(lines) <= 110
    assert lines.index("```json") < 10


def test_the_table_of_faults_lists_every_fault_and_broken_rule_as_it_is() -> None:
    text = text_of("docs/design/reliability.md")
    faults = re.findall(r"^\| `([\w-]+)`: (.+?) \|", text, re.MULTILINE)
    assert sorted(faults) == sorted((fault.name, fault.description) for fault in FAULTS)
    rows = re.findall(r"^\| (\S.+\.) \| `([\w-]+)` \|", text, re.MULTILINE)
    rules = {name: " ".join((break_rule.__doc__ or "").split()) for name, break_rule in MUTANTS.items()}
    assert sorted(rows) == sorted((rules[name], row) for name, (row, _) in CAUGHT_BY.items())


def test_the_architecture_names_every_topic_stage_and_reason() -> None:
    text = text_of("ARCHITECTURE.md")
    topics = [f"`news.{topic.name}`" for topic in (*TOPICS, LEDGER)]
    stages = [f"──{stage.name}──▶" for stage in load_pipeline(load_settings(pipeline="agents")).stages]
    reasons = [f"`{reason}`" for reason in Reason]
    assert [name for name in (*topics, *stages, *reasons) if name not in text] == []


def test_the_worked_example_in_contributing_is_the_one_that_is_tested() -> None:
    shown = dict(NAMED_FILE.findall(text_of("CONTRIBUTING.md")))
    assert shown == {name: text_of(name) for name in shown}
    assert len(shown) == 5


def test_the_configuration_file_gives_every_setting_and_the_sink_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPYDESK_CONFIG", str(CONFIGURATION))
    configured = load_settings().model_dump(exclude={"stages", "sinks"})
    empty = tmp_path / "empty.toml"
    empty.touch()
    monkeypatch.setenv("COPYDESK_CONFIG", str(empty))
    assert configured == load_settings().model_dump(exclude={"stages", "sinks"})

    jsonl = dict(tomllib.loads(CONFIGURATION.read_text("utf-8"))["sinks"]["jsonl"])
    assert (jsonl.pop("kind"), JsonlSettings(**jsonl)) == ("jsonl", JsonlSettings())


@pytest.mark.parametrize("stage", WORK)
def test_the_configuration_file_gives_every_setting_of_the_work_its_default(stage: str) -> None:
    configured = tomllib.loads(CONFIGURATION.read_text("utf-8"))["stages"][stage]["work"]
    defaults = asdict(WORK[stage])
    defaults.pop("llm", None)  # a comment of the file: without an endpoint it has no use
    assert configured == defaults


def test_the_endpoint_of_a_language_model_is_a_comment_of_the_configuration_file_with_every_default() -> None:
    head = "# [stages.summaries.work.llm]\n"
    block = head + CONFIGURATION.read_text("utf-8").partition(head)[2].partition("\n\n")[0]
    shown = tomllib.loads(re.sub(r"^# ?", "", block, flags=re.MULTILINE))["stages"]["summaries"]["work"][
        "llm"
    ]
    defaults = asdict(LlmSettings())
    assert {name: value for name, value in shown.items() if name not in {"url", "model"}} == {
        name: defaults[name] for name in shown if name not in {"url", "model"}
    }
    assert defaults.keys() - shown.keys() == {"api_key", "api_key_file"}
    assert list(value_faults(LlmSettings(**shown))) == []


def test_every_stage_is_among_those_whose_work_is_configured() -> None:
    stages = load_pipeline(load_settings(pipeline="agents")).stages
    assert list(WORK) == [stage.name for stage in stages]


@pytest.mark.parametrize(
    "model", [Settings, WorkerSettings, ProbesSettings, SecuritySettings, IngestSettings]
)
def test_every_setting_is_explained_and_is_in_the_configuration_file(model: type[BaseModel]) -> None:
    words = set(re.findall(r"\w+", CONFIGURATION.read_text("utf-8").lower()))
    words |= {part for word in words for part in word.split("__")}
    names = model.model_fields
    assert [name for name, field in names.items() if not field.description] == []
    assert [name for name in names if name not in words] == []


def test_no_module_is_long_or_has_an_empty_name() -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert [(str(path), count) for path, count in lines.items() if count > 300] == []
    empty_names = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    paths = [*MODULES, *ROOT.glob("tests/**/*.py"), *ROOT.glob("bench/*.py"), *ROOT.glob("examples/**/*.py")]
    assert [str(path) for path in paths if {path.stem, path.parent.name} & empty_names] == []
