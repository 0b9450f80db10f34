"""What a child makes of one record: bytes in, an outcome out, never an exception."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from streams.core.message import Headers, Message, Outgoing
from streams.core.stage import Discard, Failure, Outcome, Processed, Reason, Retry, Stage, WorkResult
from streams.core.topic import Topic
from streams.errors import ConfigError, PipelineError
from streams.runtime.pool_process import TRACE_BYTES, StageWorker, fingerprint, load_work, read_settings
from tests.support.actions import STAGE, ActionSettings, Discarded, Order, Result, load


def handle(value: bytes | None, *, key: bytes | None = b"key", headers: Headers = ()) -> WorkResult:
    """What the stage makes of a record."""
    worker = StageWorker(STAGE, "t", load_work(STAGE, {}))
    came = Message(
        topic="t.order", partition=2, offset=7, timestamp=1000, key=key, value=value, headers=headers
    )
    return worker.handle(came)


def order(do: str) -> bytes:
    """An order as bytes."""
    return json.dumps({"id": "o1", "do": do}).encode()


def done(result: WorkResult) -> Processed:
    """The outcome, which must be one that was worked on."""
    assert isinstance(result, Processed)
    return result


def test_a_result_goes_to_the_stages_topic_under_its_own_key() -> None:
    [record] = done(handle(order("echo"))).records
    assert (record.topic, record.key, record.value) == ("t.result", b"o1", b'{"id":"o1"}')


def test_several_results_of_one_order_are_told_apart_by_their_ce_id() -> None:
    records = done(handle(order("twice"))).records
    assert [record.key for record in records] == [b"o1-1", b"o1-2"]
    assert len({dict(record.headers)["ce_id"] for record in records}) == 2


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What else is written of an order."""

    number: str


def load_fork(settings: ActionSettings) -> Callable[[Order], list[Result | Receipt]]:
    """Two records, each of its own type."""
    return lambda order: [Receipt(number=f"7-{order.id}"), Result(id=order.id)]


def load_either(settings: ActionSettings) -> Callable[[Order], Result | Receipt]:
    """One of two."""
    return lambda order: Receipt(number="7") if order.do == "receipt" else Result(id=order.id)


FORK = replace(
    STAGE,
    writes=(*STAGE.outputs, Topic(name="receipt", key="number", record=Receipt)),
    work=f"{__name__}:load_fork",
)


def fork(value: bytes | None, stage: Stage = FORK) -> tuple[Outgoing, ...]:
    """What a stage with two outputs makes of a record."""
    message = Message(topic="t.order", partition=2, offset=7, timestamp=1000, key=b"key", value=value)
    return done(StageWorker(stage, "t", load_work(stage, {})).handle(message)).records


def test_each_record_goes_to_the_topic_of_its_type_under_its_own_key() -> None:
    records = fork(order("echo"))

    assert [(record.topic, record.key) for record in records] == [
        ("t.receipt", b"7-o1"),
        ("t.result", b"o1"),
    ]
    headers = [dict(record.headers) for record in records]
    assert [each["ce_type"] for each in headers] == [b"copydesk.receipt", b"copydesk.result"]
    assert len({each["ce_id"] for each in headers}) == 2


def test_a_record_of_one_of_the_types_goes_to_its_topic_alone() -> None:
    either = replace(FORK, work=f"{__name__}:load_either")

    assert [record.topic for record in fork(order("receipt"), either)] == ["t.receipt"]
    assert [record.topic for record in fork(order("echo"), either)] == ["t.result"]


def test_a_takedown_goes_to_every_output_under_the_key_of_the_article() -> None:
    records = fork(None)

    assert [(record.topic, record.key, record.value) for record in records] == [
        ("t.result", b"key", None),
        ("t.receipt", b"key", None),
    ]
    assert len({dict(record.headers)["ce_id"] for record in records}) == 2
    # That on the first one is what it was before there was a second.
    assert records[0] == done(handle(None)).records[0]


def test_a_work_that_returns_what_none_of_its_outputs_takes_is_one_sentence() -> None:
    fork = replace(FORK, work=f"{__name__}:load_another")
    sentence = "its work returns a Discarded, and the stage writes a Result or a Receipt"
    with pytest.raises(PipelineError, match=sentence):
        load_work(fork, {})


def test_what_is_discarded_keeps_the_original_key_and_says_why() -> None:
    result = done(handle(order("discard")))
    [record] = result.records
    assert (result.outcome, result.reason) == (Outcome.DISCARDED, "boring")
    assert (record.topic, record.key) == ("t.discarded", b"key")
    assert json.loads(record.value or b"") == {"id": "o1", "stage": "actions", "reason": "boring"}


def test_a_takedown_is_sent_on_without_a_value_and_without_its_media_type() -> None:
    [record] = done(handle(None, headers=(("content-type", b"text/html"), ("job", b"7")))).records
    assert (record.topic, record.key, record.value) == ("t.result", b"key", None)
    names = [name for name, _ in record.headers]
    assert "job" in names
    assert not {"content-type", "ce_dataschema"} & set(names)


@pytest.mark.parametrize(
    ("value", "reason", "error", "text"),
    [
        (b"{", Reason.INVALID, "streams.errors.Invalid", "the value is not JSON: "),
        (b"{}", Reason.INVALID, "streams.errors.Invalid", "the value is not a Order: Object missing"),
        (order("reject"), Reason.INVALID, "streams.errors.Invalid", "this order makes no sense"),
        (order("outgrow"), Reason.TOO_LARGE, "streams.errors.TooLarge", "this order is longer than is read"),
        (order("fail"), Reason.FAILED, "ValueError", "xxx"),
        (order("no such action"), Reason.FAILED, "KeyError", "'no such action'"),
        (
            order("keyless"),
            Reason.FAILED,
            "TypeError",
            "stage actions returned a record without a key: its id is",
        ),
        (order("nothing"), Reason.FAILED, "TypeError", "stage actions returned nothing"),
        (
            order("remains"),
            Reason.FAILED,
            "TypeError",
            "stage actions returned a Discarded, which is not what",
        ),
        (
            order("stray"),
            Reason.FAILED,
            "TypeError",
            "stage actions returned a Order, which is not what it writes",
        ),
    ],
)
def test_what_an_order_does_to_its_work_is_its_own_outcome(
    value: bytes, reason: Reason, error: str, text: str
) -> None:
    result = handle(value)
    assert isinstance(result, Failure)
    assert (result.reason, result.error) == (reason, error)
    assert result.message.startswith(text)


def test_a_takedown_without_a_key_is_invalid() -> None:
    result = handle(None, key=None)
    assert isinstance(result, Failure)
    assert (result.reason, result.message) == (
        Reason.INVALID,
        "a takedown needs a key: it says what is removed",
    )


def test_the_message_and_trace_of_an_error_are_cut_and_the_end_of_the_trace_is_kept() -> None:
    result = handle(order("fail"))
    assert isinstance(result, Failure)
    assert (len(result.message), len(result.trace)) == (TRACE_BYTES, TRACE_BYTES)
    assert result.trace.endswith("xxx\n")


def test_only_settings_that_are_given_and_their_values_tell_one_work_from_another() -> None:
    assert fingerprint({}) == ""
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_a_target_that_is_unavailable_is_no_outcome() -> None:
    assert handle(b'{"id": "o1", "do": "away", "file": "/nowhere"}') == Retry(
        message="the target is unavailable"
    )


def test_settings_come_as_the_dataclass_that_load_asks_for() -> None:
    assert read_settings(load, {"times": 3}, "stages.actions.work") == ActionSettings(
        greeting="hello", times=3
    )


def test_a_number_by_environment_is_text_and_is_taken_as_the_number() -> None:
    assert read_settings(load, {"times": "3"}, "sinks.jsonl").times == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"greting": "x"}, "[sinks.jsonl] has no setting 'greting'; it has greeting, times"),
        ({"times": "three"}, "[sinks.jsonl]: Expected `int`, got `str` - at `$.times`"),
    ],
)
def test_settings_that_are_not_there_or_of_another_type_are_one_sentence(
    given: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        read_settings(load, given, "sinks.jsonl")
    assert str(raised.value) == sentence


def test_a_load_that_does_not_say_which_settings_it_takes_is_told() -> None:
    stage = replace(STAGE, work="tests.unit.streams.runtime.test_pool_process:load_anything")
    with pytest.raises(PipelineError, match="must declare its settings as a dataclass"):
        load_work(stage, {})


def load_anything(settings: dict[str, Any]) -> Any:
    """Not how a stage is to be loaded."""


def load_unsaid(settings):  # type: ignore[no-untyped-def]  # that is what is tried
    """It does not say which settings it takes."""


def load_two(settings: ActionSettings, more: int) -> Any:
    """It wants more than settings."""


def load_nothing(settings: ActionSettings) -> Any:
    """It forgot to return its work."""


def load_another(settings: ActionSettings) -> Callable[[Order], Discarded]:
    """Its work makes what the stage does not write."""

    def work(order: Order) -> list[Discarded] | Discard:
        raise NotImplementedError

    return work


def load_reader_of_another(settings: ActionSettings) -> Callable[[Discarded], Result]:
    """Its work takes what the stage does not read."""

    def work(order: Discarded) -> Result:
        raise NotImplementedError

    return work


def load_of_two(settings: ActionSettings) -> Callable[[Order, int], Result]:
    """Its work wants more than a record."""

    def work(order: Order, more: int) -> Result:
        raise NotImplementedError

    return work


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("load_unsaid", "load_unsaid must declare its settings as a dataclass"),
        ("load_two", "load_two must take one argument, its settings; it takes"),
        ("load_nothing", "load_nothing returned None, which is not a function of one record"),
        ("load_another", "its work returns a Discarded, and the stage writes a Result"),
        ("load_reader_of_another", "its work takes a Discarded, and the stage reads a Order"),
        ("load_of_two", "load_of_two returned a work that takes"),
    ],
)
def test_a_work_that_does_not_fit_its_stage_is_one_sentence_when_it_is_loaded(
    function: str, sentence: str
) -> None:
    stage = replace(STAGE, work=f"tests.unit.streams.runtime.test_pool_process:{function}")
    with pytest.raises(PipelineError, match=re.escape(sentence)):
        load_work(stage, {})


@dataclass(frozen=True)
class Modelled:
    """Work that was loaded with a model."""

    model: str

    def __call__(self, record: Any, /) -> Any:
        """The work of the stage."""
        return load(ActionSettings())(record)


def test_the_results_of_another_model_are_news_and_those_of_the_same_are_not() -> None:
    came = Message(topic="t.order", partition=0, offset=0, timestamp=0, key=b"k", value=order("echo"))
    ids = [
        dict(done(StageWorker(STAGE, "t", Modelled(model)).handle(came)).records[0].headers)["ce_id"]
        for model in ("small-1", "small-1", "large-1")
    ]
    assert ids[0] == ids[1] != ids[2]
