"""What more than one file of these tests asks for."""

import pytest

from agents.sinks.webhook import batch as delivery


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sink that gives a batch back soon, and suspects a record soon."""
    monkeypatch.setattr(delivery, "RETRY_SECONDS", 0.4)
    monkeypatch.setattr(delivery, "STUBBORN_SECONDS", 0.5)
