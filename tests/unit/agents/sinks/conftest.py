"""What more than one file of these tests asks for."""

import pytest

from agents.sinks.webhook import batch


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sink that gives a batch back soon, and suspects a record soon."""
    monkeypatch.setattr(batch, "RETRY_SECONDS", 0.4)
    monkeypatch.setattr(batch, "STUBBORN_SECONDS", 0.5)
