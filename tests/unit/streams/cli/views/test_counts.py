"""The counts of `publish` fit beside their bar."""

import io

import pytest

from streams.cli.views import publishing
from streams.cli.views.publishing import shown_progress
from streams.ingest.publisher import PublishCounts
from streams.terminal import Terminal


def rows(width: int, total: int | None, published: int) -> list[str]:
    """What the bar shows with this many records confirmed."""
    console = Terminal(force_terminal=True, color_system=None, width=width)
    console.file = io.StringIO()
    with shown_progress(console, total) as progress:
        progress(PublishCounts(published=published))
    return console.file.getvalue().replace("\x1b[?25h", "").split("\r")


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("total", [None, 10_000_000])
def test_nothing_is_cut_with_ten_million_records(width: int, total: int | None) -> None:
    shown = rows(width, total, 9_999_998)
    assert not any("…" in row for row in shown)
    assert any("9,999,998" in row for row in shown)


def test_a_kafka_that_confirms_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SILENT_SECONDS", 0.0)
    [*_, last] = [row for row in rows(80, 10_000, 5_000) if "records" in row]
    assert last.rstrip().endswith("5,000 of 10,000 records, no answer from Kafka for 0 s")
