"""The contract with readers of the pipeline: the AsyncAPI document, the schemas and the examples."""

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
(ARTICLE,) = (record["payload"] for record in EXAMPLES["summaries"] if record["name"] == "Article")


def blocks(language: str) -> list[str]:
    """The code of that language in the contract."""
    text = generated.CONTRACT.read_text("utf-8")
    return [code for block_language, code in BLOCK.findall(text) if block_language == language]


def parser_reports(folder: Path, *asyncapi_documents: str) -> list[dict[str, Any]]:
    """What AsyncAPI's own parser reports for each document."""
    result = subprocess.run(
        node.command(node.FILES / "asyncapi.mjs", folder),
        input=json.dumps(asyncapi_documents),
        capture_output=True,
        text=True,
        check=True,
    )
    reports: list[dict[str, Any]] = json.loads(result.stdout)
    return reports


def schema(*arguments: str) -> Result:
    return CliRunner(env={"COPYDESK_PREFIX": "evening"}).invoke(gather(), ["schema", *arguments])


def test_the_document_is_the_one_that_the_code_writes_and_its_examples_are_results_of_the_stages() -> None:
    assert generated.ASYNCAPI.read_bytes() == generated.asyncapi_text(), "run: make documents"
    assert generated.EXAMPLES.read_bytes() == generated.examples_text(), "run: make documents"


def test_the_tables_of_the_contract_are_the_records() -> None:
    (shown,) = generated.GENERATED.findall(generated.CONTRACT.read_text("utf-8"))
    assert shown == generated.contract_tables(), "run: make documents"
    rows = re.findall(r"^\| `(\w+)` \|", shown, re.MULTILINE)
    assert rows == list(ARTICLE)


def test_asyncapis_own_parser_accepts_the_document_and_would_report_mistakes(tmp_path: Path) -> None:
    document = generated.ASYNCAPI.read_text("utf-8")
    missing_channel = document.replace('"#/channels/summaries"', '"#/channels/summary"')
    unknown_action = document.replace('"action": "receive"', '"action": "read"')
    report, *bad_reports = parser_reports(tmp_path, document, missing_channel, unknown_action)
    assert report == {"valid": True, "messages": []}
    assert [bad["valid"] for bad in bad_reports] == [False, False]
    assert "'#/channels/summary' does not exist" in "".join(bad_reports[0]["messages"])
    assert "operations/clean.reads/action" in "".join(bad_reports[1]["messages"])


def test_every_example_is_valid_and_every_topic_of_records_has_one() -> None:
    examples = [(topic, record) for topic, records in EXAMPLES.items() for record in records]
    assert [mistake for topic, record in examples for mistake in generated.mistakes(topic, record)] == []
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
def test_a_record_that_breaks_the_contract_is_reported(part: str, name: str, value: str | None) -> None:
    (record,) = (record for record in EXAMPLES["summaries"] if record["name"] == "Article")
    broken = {field: content for field, content in record[part].items() if field != name}
    broken |= {} if value is None else {name: value}
    (mistake,) = generated.mistakes("summaries", record | {part: broken})
    assert name in mistake or str(value) in mistake


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


def test_the_contract_names_what_is_a_closed_list() -> None:
    text = generated.CONTRACT.read_text("utf-8")
    closed = "`published_precision`, `paywall.status`, a span's `field`, a quote's `kind`"
    schema = json.dumps(topic_schema(generated.pipeline(), SUMMARIES))
    assert schema.count('"enum"') == 4
    assert closed in " ".join(text.split())


def test_only_entities_of_the_kinds_that_the_contract_names_have_values_and_locations() -> None:
    values = {"date", "time", "money", "percent", "quantity"}
    entities = [entity for article in _articles() for entity in article["entities"]]
    assert {entity["type"] for entity in entities if entity["value"]} <= values
    assert {entity["type"] for entity in entities if entity["location"]} <= {"place"}
    assert any(entity["descriptors"] for entity in entities)
    assert any(entity["links"] for entity in entities)


def test_the_contracts_days_are_those_of_the_topic() -> None:
    text = " ".join(generated.CONTRACT.read_text("utf-8").split())
    policy = SUMMARIES.policy
    assert (policy.min_compaction_lag_ms, "for a day it holds every revision" in text) == (DAY, True)
    assert (policy.retention_ms, "for 90 days" in text) == (90 * DAY, True)
    assert (policy.delete_retention_ms, "A takedown stays for 30 days" in text) == (30 * DAY, True)


def test_the_document_follows_the_settings() -> None:
    security = SecuritySettings(protocol="SASL_SSL", mechanism="SCRAM-SHA-256", username="pipeline")
    settings = load_settings(bootstrap_servers="a:1, b:2", prefix="evening", partitions=3).model_copy(
        update={"security": security}
    )
    document = asyncapi(generated.pipeline().at(settings.prefix), settings, "1")
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
    results = _results_of_the_samples()
    assert [mistake for topic, record in results for mistake in generated.mistakes(topic, record)] == []
    names = {record["name"] for _, record in results}
    assert names == {"CleanArticle", "TaggedArticle", "Article", "Discarded", "DeadLetter"}


@cache
def _results_of_the_samples() -> list[tuple[str, dict[str, Any]]]:
    """Topic and record of everything that the stages make of the sample pages."""
    inputs = read_sources(find_sources([str(SAMPLES)], ReadOptions()), ReadOptions())
    messages = [_as_message(source, offset) for offset, source in enumerate(inputs)]
    results = []
    for stage in generated.pipeline().stages:
        records = list(generated.made_by(stage.name, messages))
        results += [
            (record.topic.removeprefix("news."), generated.example(name, record)) for name, record in records
        ]
        topic = stage.writes.full_name
        messages = [generated.as_read(record) for _, record in records if record.topic == topic]
    return results


def _articles() -> list[dict[str, Any]]:
    return [record["payload"] for topic, record in _results_of_the_samples() if topic == "summaries"]


def _as_message(source: Input | RejectedInput, offset: int) -> Message:
    assert isinstance(source, Input)
    return Message(
        topic="news.raw", partition=0, offset=offset, timestamp=generated.RECEIVED,
        key=source.record.key, value=source.record.value, headers=tuple(source.record.headers),
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
    assert ARTICLE["entities"][0]["mentions"][0]["field"] == "title"  # the field with the emoji
    (code,) = blocks("js")
    script = tmp_path / "contract.mjs"
    script.write_text(
        f'import assert from "node:assert";\nconst record = {json.dumps(ARTICLE)};\n{code}', "utf-8"
    )
    result = subprocess.run([node.NODE, script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("1234")), max_size=20), st.randoms())
def test_whatever_the_order_and_the_repeats_the_newest_is_kept(
    records: list[tuple[str, str]], random: Any
) -> None:
    take = _take()
    in_order: dict[str, tuple[str, str | None]] = {}
    shuffled: dict[str, tuple[str, str | None]] = {}
    repeated = [*records, *records]
    random.shuffle(repeated)
    news = [take(in_order, article, version, version) for article, version in records]
    for article, version in repeated:
        take(shuffled, article, version, version)
    assert in_order == shuffled
    assert sum(news) <= len(set(records))


def _take() -> Callable[..., bool]:
    (code,) = (block for block in blocks("python") if "def take" in block)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - the document's own
    take: Callable[..., bool] = names["take"]
    return take
