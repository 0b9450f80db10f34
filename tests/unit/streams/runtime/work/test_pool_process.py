"""What a pool process makes of one record: bytes in, a result out, never an exception."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from streams.core.message import Headers, Message, Outgoing
from streams.core.settings_table import read_settings
from streams.core.stage import Discard, Failure, Outcome, Processed, Reason, Retry, Stage, WorkResult
from streams.core.topic import Key, Topic
from streams.errors import ConfigError, PipelineError
from streams.runtime.work.pool_process import TRACE_BYTES, StageWorker, fingerprint, load_work
from tests.support.pipelines.actions import STAGE, ActionSettings, Discarded, Order, Result, load


def message(value: bytes | None, *, key: bytes | None = b"key", headers: Headers = ()) -> Message:
    return Message(
        topic="t.order", partition=2, offset=7, timestamp=1000, key=key, value=value, headers=headers
    )


def handle(value: bytes | None, **fields: Any) -> WorkResult:
    """What `STAGE` makes of a record."""
    return StageWorker(STAGE, load_work(STAGE, {})).handle(message(value, **fields))


def order(do: str) -> bytes:
    return json.dumps({"id": "o1", "do": do}).encode()


def processed(result: WorkResult) -> Processed:
    assert isinstance(result, Processed)
    return result


def test_a_result_is_sent_to_the_topic_of_the_stage_with_its_own_key() -> None:
    [record] = processed(handle(order("echo"))).records
    assert (record.topic, record.key, record.value) == ("t.result", b"o1", b'{"id":"o1"}')


def test_several_results_of_an_order_have_different_ce_ids() -> None:
    records = processed(handle(order("twice"))).records
    assert [record.key for record in records] == [b"o1-1", b"o1-2"]
    assert len({dict(record.headers)["ce_id"] for record in records}) == 2


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A second type of record that is written for an order."""

    number: str


def load_fork(settings: ActionSettings) -> Callable[[Order], list[Result | Receipt]]:
    """Work that returns two records of different types."""
    return lambda order: [Receipt(number=f"7-{order.id}"), Result(id=order.id)]


def load_either(settings: ActionSettings) -> Callable[[Order], Result | Receipt]:
    """Work that returns a record of one of two types."""
    return lambda order: Receipt(number="7") if order.do == "receipt" else Result(id=order.id)


FORK = replace(
    STAGE,
    writes=(*STAGE.outputs, Topic(name="receipt", key=Key.of("number"), record=Receipt)),
    work=f"{__name__}:load_fork",
).at("t")


def fork(value: bytes | None, stage: Stage = FORK) -> tuple[Outgoing, ...]:
    """What a stage with two outputs makes of a record."""
    return processed(StageWorker(stage, load_work(stage, {})).handle(message(value))).records


def test_each_record_is_sent_to_the_topic_of_its_type_with_its_own_key() -> None:
    records = fork(order("echo"))

    assert [(record.topic, record.key, dict(record.headers)["ce_type"]) for record in records] == [
        ("t.receipt", b"7-o1", b"copydesk.receipt"),
        ("t.result", b"o1", b"copydesk.result"),
    ]
    assert len({dict(record.headers)["ce_id"] for record in records}) == 2


def test_a_record_of_one_of_the_types_is_sent_only_to_its_topic() -> None:
    either = replace(FORK, work=f"{__name__}:load_either")

    assert [record.topic for record in fork(order("receipt"), either)] == ["t.receipt"]
    assert [record.topic for record in fork(order("echo"), either)] == ["t.result"]


def test_a_takedown_is_sent_to_every_output_with_the_key_of_the_article() -> None:
    records = fork(None)

    assert [(record.topic, record.key, record.value) for record in records] == [
        ("t.result", b"key", None),
        ("t.receipt", b"key", None),
    ]
    assert len({dict(record.headers)["ce_id"] for record in records}) == 2
    # The record of the first output is the same as without a second output.
    assert records[0] == processed(handle(None)).records[0]


def test_a_discard_has_the_original_key_and_the_reason() -> None:
    result = processed(handle(order("discard")))
    [record] = result.records
    assert (result.outcome, result.reason) == (Outcome.DISCARDED, "boring")
    assert (record.topic, record.key) == ("t.discarded", b"key")
    assert json.loads(record.value or b"") == {"id": "o1", "stage": "actions", "reason": "boring"}


def test_a_takedown_is_passed_on_without_a_value_and_its_content_type() -> None:
    [record] = processed(handle(None, headers=(("content-type", b"text/html"), ("job", b"7")))).records
    assert (record.topic, record.key, record.value) == ("t.result", b"key", None)
    names = [name for name, _ in record.headers]
    assert "job" in names
    assert not {"content-type", "ce_dataschema"} & set(names)


FAILED, INVALID = Reason.FAILED, Reason.INVALID


@pytest.mark.parametrize(
    ("value", "reason", "error", "text"),
    [
        (b"{", INVALID, "streams.errors.Invalid", "the value is not JSON: "),
        (b"{}", INVALID, "streams.errors.Invalid", "the value is not a Order: Object missing"),
        (order("reject"), INVALID, "streams.errors.Invalid", "this order makes no sense"),
        (order("outgrow"), Reason.TOO_LARGE, "streams.errors.TooLarge", "this order is longer than is read"),
        (order("fail"), FAILED, "ValueError", "xxx"),
        (order("no such action"), FAILED, "KeyError", "'no such action'"),
        (order("keyless"), FAILED, "TypeError", "stage actions returned a record without a key: its id is"),
        (order("nothing"), FAILED, "TypeError", "stage actions returned nothing"),
        (order("remains"), FAILED, "TypeError", "stage actions returned a Discarded, which is not what"),
        (order("stray"), FAILED, "TypeError", "stage actions returned a Order, which is not what it writes"),
    ],
)
def test_an_order_that_its_work_cannot_process_is_a_failure_with_a_reason(
    value: bytes, reason: Reason, error: str, text: str
) -> None:
    result = handle(value)
    assert isinstance(result, Failure)
    assert (result.reason, result.error) == (reason, error)
    assert result.message.startswith(text)


def test_a_takedown_without_a_key_is_invalid() -> None:
    result = handle(None, key=None)
    assert isinstance(result, Failure)
    assert (result.reason, result.message) == (INVALID, "a takedown needs a key, which says what to remove")


def test_message_and_trace_of_an_error_are_cut_and_the_end_of_the_trace_is_kept() -> None:
    result = handle(order("fail"))
    assert isinstance(result, Failure)
    assert (len(result.message), len(result.trace)) == (TRACE_BYTES, TRACE_BYTES)
    assert result.trace.endswith("xxx\n")


def test_the_fingerprint_of_work_depends_only_on_names_and_values_of_its_settings() -> None:
    assert fingerprint({}) == ""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_an_unavailable_target_makes_a_retry() -> None:
    away = b'{"id": "o1", "do": "away", "file": "/nowhere"}'
    assert handle(away) == Retry(message="the target is unavailable")


@pytest.mark.parametrize("times", [3, "3"], ids=["number", "text of the environment"])
def test_settings_are_passed_as_the_dataclass_that_load_takes(times: int | str) -> None:
    expected = ActionSettings(greeting="hello", times=3)
    assert read_settings(load, {"times": times}, "stages.actions.work") == expected


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            {"greting": "x"},
            "[sinks.jsonl] greting: there is no such setting; did you mean greeting?"
            " There are: greeting, times",
        ),
        ({"times": "three"}, "[sinks.jsonl] times: must be a whole number"),
    ],
)
def test_a_setting_that_is_unknown_or_of_another_type_is_an_error_of_one_sentence(
    table: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(load, table, "sinks.jsonl")
    assert str(raised.value) == sentence


def load_anything(settings: dict[str, Any]) -> Any:
    """Its settings are not a dataclass."""


def load_unannotated(settings):  # type: ignore[no-untyped-def]  # what the test is about
    """Its settings have no annotation."""


def load_two(settings: ActionSettings, more: int) -> Any:
    """It takes a second argument."""


def load_nothing(settings: ActionSettings) -> Any:
    """It returns no work."""


def loading(work: Callable[..., object]) -> Callable[[ActionSettings], object]:
    """A function that loads this work."""

    def load_it(settings: ActionSettings) -> object:
        return work

    return load_it


def returns_another(order: Order) -> list[Discarded] | Discard:
    raise NotImplementedError


def takes_another(order: Discarded) -> Result:
    raise NotImplementedError


def takes_two(order: Order, more: int) -> Result:
    raise NotImplementedError


load_another, load_reader_of_another = loading(returns_another), loading(takes_another)
load_of_two = loading(takes_two)


@pytest.mark.parametrize(
    ("stage", "function", "sentence"),
    [
        (STAGE, "load_anything", "load_anything must declare its settings as a dataclass"),
        (STAGE, "load_unannotated", "load_unannotated must declare its settings as a dataclass"),
        (STAGE, "load_two", "load_two must take one argument, its settings; it takes"),
        (STAGE, "load_nothing", "load_nothing returned None, which is not a function of one record"),
        (STAGE, "load_another", "its work returns a Discarded, and the stage writes a Result"),
        (FORK, "load_another", "its work returns a Discarded, and the stage writes a Result or a Receipt"),
        (STAGE, "load_reader_of_another", "its work takes a Discarded, and the stage reads a Order"),
        (STAGE, "load_of_two", "load_of_two returned a work that takes"),
    ],
)
def test_work_that_does_not_fit_its_stage_is_an_error_of_one_sentence_when_it_is_loaded(
    stage: Stage, function: str, sentence: str
) -> None:
    with pytest.raises(PipelineError, match=re.escape(sentence)):
        load_work(replace(stage, work=f"{__name__}:{function}"), {})


@dataclass(frozen=True)
class Modelled:
    """Work that was loaded with a model."""

    model: str

    def __call__(self, record: Any, /) -> Any:
        return load(ActionSettings())(record)


def test_another_model_changes_the_ce_id_of_a_result_and_the_same_model_does_not() -> None:
    def ce_id(model: str) -> bytes | None:
        result = StageWorker(STAGE, Modelled(model)).handle(message(order("echo")))
        return dict(processed(result).records[0].headers)["ce_id"]

    assert ce_id("small-1") == ce_id("small-1") != ce_id("large-1")
