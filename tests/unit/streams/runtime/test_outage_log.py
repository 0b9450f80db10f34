"""An outage of Kafka is two lines in the log, however long it is and however much its clients log."""

import logging

import pytest
import structlog
from structlog.testing import capture_logs

from streams.client_trouble import ClientTrouble, client_trouble
from streams.runtime.outage_log import OutageLog


def line(text: str, name: str = "aiokafka") -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, text, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Unable connect to node with id 1: [Errno 111] Connect call failed ('127.0.0.1', 9092)",
        "Unable to update metadata from [1]",
        "Failed fetch messages from 1: NodeNotReadyError: Attempt to send a request to node",
        "Error sending HeartbeatRequest to node 1 [NodeNotReadyError: ...] -- marking coordinator dead",
        "Marking the coordinator dead (node 1)for group copydesk.news.clean.",
        "Heartbeat send request failed: NodeNotReadyError: ... Will retry.",
        "Heartbeat failed for group g: coordinator (node 1) is either not started or not valid",
        "Group Coordinator Request failed: NodeNotReadyError: Attempt to send a request",
    ],
)
def test_what_a_client_says_of_its_connection_is_written_at_the_level_debug_only(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = ClientTrouble()

    for level, written in ((logging.INFO, False), (logging.DEBUG, True)):
        monkeypatch.setattr(logging.getLogger(), "level", level)
        logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]  # has no stub
        assert trouble.filter(line(text)) is written
    assert trouble.last in ("", "Connection refused (127.0.0.1:9092)")


def test_that_a_task_of_a_client_was_slow_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine was busy."""
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]  # has no stub
    slow = (
        "Task <kafka.net.selector.Task object at 0x7fb3> ran for 0.109s (>0.100s threshold). It is blocking"
    )
    assert not ClientTrouble().filter(line(slow, "kafka.net.selector"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("kafka.net.selector", "Wakeup socket returned empty. Rebuilding."),
        ("aiokafka", "Topic news.raw is not authorized for this client"),
        ("aiokafka", "Attempt to join group failed due to fatal error: FencedInstanceIdError"),
        ("copydesk.stage", "Unable connect to the target"),
    ],
)
def test_other_lines_are_written(name: str, text: str) -> None:
    assert ClientTrouble().filter(line(text, name))


def test_an_outage_is_logged_once_with_its_reason_and_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    structlog.reset_defaults()
    monkeypatch.setattr(client_trouble, "last", "connection refused")
    silences = iter([None, 3.0, 6.9, 7.9, 30.0, 0.5, 1.5, 0.0])
    with capture_logs() as events:
        outage_log = OutageLog(20.0, lambda: next(silences))
        for _ in range(8):
            outage_log.look()

    assert [{name: event[name] for name in event if name != "log_level"} for event in events] == [
        {"event": "Kafka does not answer", "seconds": 6.9, "error": "connection refused"},
        {"event": "Kafka answers again", "silent_seconds": 30.0},
    ]
