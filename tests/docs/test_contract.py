"""What readers of the pipeline are told: the AsyncAPI document, the schemas, the contract and its
examples."""

import json
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from agents import SAMPLES
from agents.topics import RAW, SUMMARIES
from streams.cli import gather
from streams.core.message import Message
from streams.core.record_headers import OURS
from streams.core.topic import DAY
from streams.ingest.files import Input, ReadOptions, RejectedInput, find_sources, read_sources
from streams.schema.asyncapi import asyncapi
from streams.schema.header_schemas import OF_A_DEAD_LETTER, OF_A_VALUE, WRITTEN
from streams.schema.json_schema import topic_schema
from streams.settings import SecuritySettings, load_settings
from tests.support.documents import generated, node

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
DOCUMENT = json.loads(generated.ASYNCAPI.read_bytes())
EXAMPLES = json.loads(generated.EXAMPLES.read_bytes())
(ARTICLE,) = (one["payload"] for one in EXAMPLES["summaries"] if one["name"] == "Article")


def blocks(language: str) -> list[str]:
    """The code of that language in the contract."""
    return [code for named, code in BLOCK.findall(generated.CONTRACT.read_text("utf-8")) if named == language]


def asked(folder: Path, *all_documents: str) -> list[dict[str, Any]]:
    """What AsyncAPI's own parser says of each document."""
    ran = subprocess.run(
        node.command(node.FILES / "asyncapi.mjs", folder),
        input=json.dumps(all_documents),
        capture_output=True,
        text=True,
        check=True,
    )
    report: list[dict[str, Any]] = json.loads(ran.stdout)
    return report


def schema(*arguments: str) -> Result:
    return CliRunner(env={"COPYDESK_PREFIX": "evening"}).invoke(gather(), ["schema", *arguments])


def test_the_document_is_the_one_that_the_code_writes() -> None:
    assert generated.ASYNCAPI.read_bytes() == generated.asyncapi_text(), "run: make documents"


def test_the_examples_are_what_the_stages_make() -> None:
    assert generated.EXAMPLES.read_bytes() == generated.examples_text(), "run: make documents"


def test_the_tables_of_the_contract_are_the_records() -> None:
    (shown,) = generated.GENERATED.findall(generated.CONTRACT.read_text("utf-8"))
    assert shown == generated.contract_tables(), "run: make documents"
    rows = re.findall(r"^\| `(\w+)` \|", shown, re.MULTILINE)
    assert rows == list(ARTICLE)


def test_asyncapis_own_parser_finds_nothing_wrong_with_the_document_and_would_find_mistakes(
    tmp_path: Path,
) -> None:
    right = generated.ASYNCAPI.read_text("utf-8")
    lost = right.replace('"#/channels/summaries"', '"#/channels/summary"')
    unheard_of = right.replace('"action": "receive"', '"action": "read"')
    good, *bad = asked(tmp_path, right, lost, unheard_of)
    assert good == {"valid": True, "report": []}
    assert [one["valid"] for one in bad] == [False, False]
    assert "'#/channels/summary' does not exist" in "".join(bad[0]["report"])
    assert "operations/clean.reads/action" in "".join(bad[1]["report"])


def test_every_example_is_allowed_and_every_topic_of_records_has_one() -> None:
    shown = [(topic, record) for topic, records in EXAMPLES.items() for record in records]
    assert [one for topic, record in shown for one in generated.mistakes(topic, record)] == []
    written = {topic.name for topic in generated.pipeline().topics}
    assert written <= set(EXAMPLES)


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("headers", "copydesk_version", "7"),
        ("headers", "ce_dataschema", "urn:copydesk:CleanArticle"),
        ("headers", "ce_type", None),
        ("payload", "words", "many"),
        ("payload", "quotes", None),
    ],
)
def test_a_record_that_breaks_the_contract_is_found(part: str, name: str, value: str | None) -> None:
    (record,) = (one for one in EXAMPLES["summaries"] if one["name"] == "Article")
    broken = {key: one for key, one in record[part].items() if key != name}
    broken |= {} if value is None else {name: value}
    (report,) = generated.mistakes("summaries", record | {part: broken})
    assert name in report or str(value) in report


def test_every_header_that_a_stage_writes_is_described_and_no_other() -> None:
    assert {*WRITTEN, *OF_A_VALUE} == OURS
    for topic, records in EXAMPLES.items():
        for record in records:
            if topic.startswith("dead."):
                origin = {"content-type", "copydesk_raw", "copydesk_received"}
                assert set(record["headers"]) == {*OF_A_DEAD_LETTER, *origin}
            elif topic != RAW.name:
                of_a_value = OF_A_VALUE if record["payload"] is not None else ()
                assert set(record["headers"]) == {*WRITTEN, *of_a_value}


def test_the_documents_topics_are_the_pipelines_with_their_settings_and_keys() -> None:
    pipeline = generated.pipeline()
    assert list(DOCUMENT["channels"]) == [topic.name for topic in pipeline.all_topics()]
    last = DOCUMENT["channels"]["summaries"]
    assert last["address"] == "{prefix}.summaries"
    assert last["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact", "delete"]
    assert last["bindings"]["kafka"]["topicConfiguration"]["delete.retention.ms"] == 2_592_000_000
    assert last["messages"]["Article"]["bindings"]["kafka"]["key"]["description"] == "id"
    forms = ["application-xhtml+xml", "text-html", "text-plain", "application-cloudevents+json"]
    assert list(DOCUMENT["channels"]["raw"]["messages"]) == ["RawArticle", *forms, "Takedown"]


def test_the_contract_names_what_is_empty_and_what_is_a_closed_list() -> None:
    text = generated.CONTRACT.read_text("utf-8")
    (empty,) = re.findall(r"^Empty in this version.*?\n\n", text, re.MULTILINE | re.DOTALL)
    entities = [entity for one in _articles() for entity in one["entities"]]
    assert all(not entity[name] for entity in entities for name in ("descriptors", "links", "value"))
    assert all(not one["quotes"] and not one["summary"]["phrases"] for one in _articles())
    assert all(one["extraction"]["confidence"] is None for one in _articles())
    named = ("quotes", "descriptors", "links", "value", "phrases", "extraction.confidence")
    assert [name for name in named if f"`{name}`" not in empty] == []
    schema = json.dumps(topic_schema(generated.pipeline(), SUMMARIES))
    assert schema.count('"enum"') == 4
    assert "`published_precision`, `paywall.status`, a span's `field`, a quote's\n`kind`" in text


def test_the_contracts_days_are_those_of_the_topic() -> None:
    text = " ".join(generated.CONTRACT.read_text("utf-8").split())
    policy = SUMMARIES.policy
    assert (policy.min_compaction_lag_ms, "for a day it holds every revision" in text) == (DAY, True)
    assert (policy.retention_ms, "for 90 days" in text) == (90 * DAY, True)
    assert (policy.delete_retention_ms, "A takedown stays for 30 days" in text) == (30 * DAY, True)


def test_the_document_is_that_of_the_settings() -> None:
    security = SecuritySettings(protocol="SASL_SSL", mechanism="SCRAM-SHA-256", username="pipeline")
    settings = load_settings(bootstrap_servers="a:1, b:2", prefix="evening", partitions=3).model_copy(
        update={"security": security}
    )
    document = asyncapi(generated.pipeline(), settings, "1")
    scheme = {
        "protocol": "kafka-secure",
        "security": [{"$ref": "#/components/securitySchemes/scram-sha-256"}],
    }
    assert document["servers"] == {"kafka": {"host": "a:1", **scheme}, "kafka-2": {"host": "b:2", **scheme}}
    assert document["components"]["parameters"]["prefix"]["default"] == "evening"
    assert document["channels"]["raw"]["bindings"]["kafka"]["partitions"] == 3
    reads = document["operations"]["clean.reads"]
    assert reads["bindings"]["kafka"]["groupId"]["enum"] == ["copydesk.evening.clean"]


def test_every_record_made_of_the_samples_is_as_documented() -> None:
    written = _made_of_the_samples()
    assert [one for topic, record in written for one in generated.mistakes(topic, record)] == []
    names = {record["name"] for _, record in written}
    assert names == {"CleanArticle", "TaggedArticle", "Article", "Discarded", "DeadLetter"}


@cache
def _made_of_the_samples() -> list[tuple[str, dict[str, Any]]]:
    """Topic and record of all that the stages make of the sample pages."""
    inputs = read_sources(find_sources([str(SAMPLES)], ReadOptions()), ReadOptions())
    came = [_as_read(one, offset) for offset, one in enumerate(inputs)]
    found = []
    for stage in generated.pipeline().stages:
        made = list(generated.made_by(stage.name, came))
        found += [(one.topic.removeprefix("news."), generated.example(name, one)) for name, one in made]
        came = [generated.as_read(one) for _, one in made if one.topic == stage.writes.full_name("news")]
    return found


def _articles() -> list[dict[str, Any]]:
    return [record["payload"] for topic, record in _made_of_the_samples() if topic == "summaries"]


def _as_read(one: Input | RejectedInput, offset: int) -> Message:
    assert isinstance(one, Input)
    return Message(
        topic="news.raw", partition=0, offset=offset, timestamp=generated.RECEIVED,
        key=one.record.key, value=one.record.value, headers=tuple(one.record.headers),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["summaries", "evening.summaries"])
def test_the_command_writes_the_schema_of_a_topic_named_with_or_without_the_prefix(name: str) -> None:
    written = json.loads(schema(name).output)
    assert written == topic_schema(generated.pipeline(), SUMMARIES)
    assert written["$id"] == "urn:copydesk:Article"


def test_the_command_writes_all_schemas_or_the_document() -> None:
    assert {"RawArticle", "Article", "Span"} <= set(json.loads(schema().output)["$defs"])
    assert json.loads(schema("--asyncapi").output)["asyncapi"] == "3.0.0"
    assert schema("summaries", "--asyncapi").exception is not None


def test_the_python_of_the_contract_does_what_it_says_with_a_real_record() -> None:
    names: dict[str, Any] = {"record": ARTICLE}
    for code in blocks("python"):
        exec(code, names)  # noqa: S102 - the document's own
    title = "🚌 Night bus"
    assert [names["utf16_units"](title, offset) for offset in (0, 1, 2, 11)] == [0, 2, 3, 12]


def test_the_javascript_of_the_contract_does_what_it_says_with_a_real_record(tmp_path: Path) -> None:
    assert ARTICLE["entities"][0]["mentions"][0]["field"] == "title"  # where the emoji stands
    (code,) = blocks("js")
    script = tmp_path / "contract.mjs"
    script.write_text(
        f'import assert from "node:assert";\nconst record = {json.dumps(ARTICLE)};\n{code}', "utf-8"
    )
    ran = subprocess.run([node.NODE, script], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("1234")), max_size=20), st.randoms())
def test_whatever_the_order_and_the_repeats_the_newest_is_kept(
    comes: list[tuple[str, str]], chance: Any
) -> None:
    take = _take()
    first: dict[str, tuple[str, str | None]] = {}
    other: dict[str, tuple[str, str | None]] = {}
    again = [*comes, *comes]
    chance.shuffle(again)
    news = [take(first, article, version, version) for article, version in comes]
    for article, version in again:
        take(other, article, version, version)
    assert first == other
    assert sum(news) <= len(set(comes))


def _take() -> Callable[..., bool]:
    (code,) = (one for one in blocks("python") if "def take" in one)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the document's own
    taken: Callable[..., bool] = names["take"]
    return taken
