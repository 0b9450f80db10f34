"""The stages without Kafka: results in order, one outcome for each article, no task left at an early end."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from streams.core.message import Message
from streams.core.stage import Outcome, Stage
from streams.core.topic import Key, Topic
from streams.errors import CannotStart, Unavailable
from streams.local.offline import process
from streams.local.walk import OfflineResult
from streams.settings import load_settings
from tests.support.pipelines.actions import STAGE, ActionSettings, Order, Result

#: Reads what `STAGE` writes, and echoes it.
SECOND = replace(
    STAGE, name="second", reads=replace(STAGE.writes, record=Order), writes=replace(STAGE.writes, name="end")
)
SETTINGS = load_settings(worker={"unavailable_seconds": 1, "article_seconds": 5})


def message(number: int, do: str = "echo", **order: str) -> Message:
    """An order as a stage reads it."""
    value = json.dumps({"id": f"o{number}", "do": do, **order}).encode()
    return Message(topic="t.order", partition=0, offset=number, timestamp=0, key=b"k", value=value)


async def processed(stages: Sequence[Stage], *messages: Message) -> list[OfflineResult]:
    return [result async for result in process(SETTINGS, stages, messages, workers=1)]


async def test_each_article_has_one_outcome_and_the_results_keep_their_order() -> None:
    actions = ["echo", "discard", "fail", "echo", "die", "echo", "echo", "echo"]
    results = await processed([STAGE], *(message(n, do) for n, do in enumerate(actions)))

    assert [result.source.offset for result in results] == list(range(8))
    sent, discarded, dead = (Outcome.SENT, None), (Outcome.DISCARDED, "boring"), Outcome.DEAD
    assert [(result.outcome, result.reason) for result in results] == [
        *(sent, discarded, (dead, "failed"), sent, (dead, "killed-worker")),
        *(sent, sent, sent),
    ]


THIRD = replace(SECOND, name="third", writes=replace(STAGE.writes, name="other end"))


async def test_a_record_passes_through_all_stages_that_read_its_topic() -> None:
    orders = [message(1), message(2, "fail"), message(3, "twice"), message(4, "discard")]
    results = await processed([STAGE, SECOND, THIRD], *orders)

    assert [(result.source.offset, result.stage, result.value) for result in results] == [
        (1, "second", b'{"id":"o1"}'),
        (1, "third", b'{"id":"o1"}'),
        (2, "actions", None),
        *((3, stage, b'{"id":"o3-%d"}' % part) for part in (1, 2) for stage in ("second", "third")),
        (4, "actions", None),
    ]


@dataclass(frozen=True, kw_only=True)
class Copy(Result):
    """A result of another type."""


def load_both(settings: ActionSettings) -> Callable[[Order], list[Result]]:
    """A result for each of two topics."""
    return lambda order: [Result(id=order.id), Copy(id=order.id)]


async def test_each_of_several_outputs_is_passed_to_the_stages_that_read_it() -> None:
    copies = Topic(name="copies", key=Key.of("id"), record=Copy, prefix="t")
    fork = replace(STAGE, name="fork", writes=(*STAGE.outputs, copies), work=f"{__name__}:load_both")
    results = await processed([fork, SECOND], message(1))

    assert [(result.stage, result.outcome, result.value) for result in results] == [
        ("second", Outcome.SENT, b'{"id":"o1"}'),
        ("fork", Outcome.SENT, b'{"id":"o1"}'),
    ]


async def test_an_unavailable_target_ends_the_run_and_no_task_is_left() -> None:
    with pytest.raises(Unavailable, match=r"the target is unavailable \(tried for 1 s\)"):
        await processed([STAGE], *(message(n, "away", file="/nowhere") for n in range(10)))
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_stage_that_cannot_start_is_an_error_before_any_record_is_read() -> None:
    broken = replace(SECOND, work="tests.support.pipelines.actions:load_and_fail")
    sentence = r"stage second cannot load its work .*FileNotFoundError: model.bin"
    with pytest.raises(CannotStart, match=sentence):
        await processed([STAGE, broken], message(1))
