"""What is passed to Faust, and what comes back from it, without Kafka."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.types import TP

from streams.core.message import Outgoing
from streams.runtime import faust_app
from streams.runtime.faust_app import App
from streams.settings import load_settings
from tests.support.kafka.member import IdleLoop, member_app

RECORD = Outgoing(topic="t", key=b"k", value=b"v", headers=(("name", None),))


@pytest.fixture
def app() -> App:
    """An app that is not started."""
    return member_app(load_settings(), group="copydesk.t.reads", topic="t.order")


def test_a_worker_is_one_faust_agent_that_takes_the_records_of_its_topic_one_by_one(app: App) -> None:
    [agent] = app.agents.values()
    assert (agent.name, agent.channel.get_topic_name(), agent.concurrency) == ("reads", "t.order", 1)
    assert (app.conf.id, agent.isolated_partitions) == ("copydesk.t.reads", False)


def test_a_loop_is_created_once_with_the_producer_of_its_app() -> None:
    producers: list[Any] = []

    def make_loop(producer: Any) -> IdleLoop:
        producers.append(producer)
        return IdleLoop()

    app = member_app(load_settings(), make_loop=make_loop)
    assert producers == [app.producer]


@pytest.mark.parametrize("cause", [MessageSizeTooLargeError("8 MiB"), None])
async def test_an_error_that_faust_wraps_is_raised_as_that_of_kafka(
    app: App, cause: KafkaError | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(*_: Any, **__: Any) -> None:
        raise ProducerSendError("not sent") from cause

    monkeypatch.setattr(app.producer, "send", send)
    with pytest.raises(type(cause) if cause else KafkaError):
        await app.producer.hand_over(RECORD)


async def test_a_record_is_handed_to_the_producer_unchanged(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []

    async def send(topic: str, **rest: Any) -> Any:
        sent.append((topic, rest["key"], rest["value"], rest["headers"]))
        return asyncio.sleep(0)

    monkeypatch.setattr(app.producer, "send", send)
    await (await app.producer.hand_over(RECORD))
    assert sent == [("t", b"k", b"v", [("name", None)])]


def coordinator(pending: Exception | None, *, ended: bool) -> Any:
    """A consumer with the attributes in which Faust holds its coordinator."""
    task = SimpleNamespace(done=lambda: ended)
    inner = SimpleNamespace(_pending_exception=pending, _coordination_task=task)
    return SimpleNamespace(_thread=SimpleNamespace(_consumer=SimpleNamespace(_coordinator=inner)))


def test_a_membership_is_lost_only_by_a_pending_error_or_an_ended_coordination(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.lost_group() is None
    for consumer, expected in [
        (coordinator(None, ended=False), None),
        (coordinator(KafkaError("fenced"), ended=False), "KafkaError('fenced')"),
        (coordinator(None, ended=True), "its coordination ended"),
    ]:
        monkeypatch.setattr(app, "_consumer", consumer)
        assert app.lost_group() == expected


async def test_reading_goes_on_as_soon_as_a_full_buffer_has_room(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust sleeps a second there, so that a stage with four partitions passed 175 records per second."""
    monkeypatch.setattr(faust_app, "ROOM_SECONDS", 60.0)
    consumer, partition = app.consumer, TP("t.order", 0)
    consumer._active_partitions = {partition}
    consumer.flow_active = True
    consumer.on_buffer_full(partition)
    waiting = asyncio.create_task(consumer._wait_next_records(5.0))
    await asyncio.sleep(0)

    consumer.on_buffer_drop(partition)

    async with asyncio.timeout(30):
        assert await waiting == ({}, {partition})
    consumer._thread.thread_loop.close()  # of the thread, which was not started
