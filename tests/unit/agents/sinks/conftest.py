"""A fixture that several of these test files use."""

import pytest

from agents.sinks.webhook import batch


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sink that soon stops retrying a batch, and soon suspects a record of causing the failures."""
    monkeypatch.setattr(batch, "RETRY_SECONDS", 0.4)
    monkeypatch.setattr(batch, "STUBBORN_SECONDS", 0.5)
