"""The watch whose counts `up` shows on its live line."""

import threading
from typing import NoReturn

import pytest

from streams.core.pipeline import load_pipeline
from streams.inspection import activity
from streams.inspection.activity import ActivityWatch
from streams.kafka import client
from streams.settings import Settings, load_settings


def test_an_error_of_any_class_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    """kafka-python 3.0.12 raises RuntimeError where it writes to a connection that Kafka has just closed."""
    tries = threading.Semaphore(0)

    def closed(_: Settings) -> NoReturn:
        tries.release()
        raise RuntimeError("Transport closed for writes")

    monkeypatch.setattr(client, "admin", closed)
    monkeypatch.setattr(activity, "LOOK_SECONDS", 0.01)
    settings = load_settings()
    watch = ActivityWatch(settings, load_pipeline(settings))
    watch.start()
    for _ in range(3):
        assert tries.acquire(timeout=30)
    watch.stop()
    assert watch.latest is None
