"""What `publish` shows while it works."""

import io
from collections.abc import Sequence

import pytest

from streams.cli.views.publishing import Complaints, shown_progress
from streams.ingest.files import RejectedInput
from streams.ingest.publisher import PublishCounts
from streams.terminal import Terminal

UNKNOWN = "its URL is not known: give --url"


def shown(reasons: Sequence[str], *, terminal: bool) -> list[str]:
    console = Terminal(force_terminal=terminal, color_system=None, width=80)
    console.file = io.StringIO()
    complaints = Complaints(console)
    for number, reason in enumerate(reasons):
        complaints.add(RejectedInput(where=f"p{number}.html", reason=reason))
    complaints.summarise()
    return console.file.getvalue().splitlines()


def test_complaints_of_a_kind_are_counted_after_the_third_on_a_terminal() -> None:
    lines = shown([UNKNOWN] * 60 + [f"it is larger than {n},000 bytes" for n in range(3)], terminal=True)

    assert lines[2:4] == [
        f"not published  p2.html: {UNKNOWN}",
        "not published  p60.html: it is larger than 0,000 bytes",
    ]
    assert lines[6:] == [
        f"not published  60 × {UNKNOWN} (the last: p59.html)",
        "`2> FILE` writes a line for each of them to a file",
    ]


def test_a_file_gets_every_complaint() -> None:
    assert shown([UNKNOWN] * 60, terminal=False) == [
        f"not published  p{n}.html: {UNKNOWN}" for n in range(60)
    ]


@pytest.mark.parametrize(("total", "text"), [(10_000, "1,234 of 10,000 records"), (None, "1,234 records")])
def test_the_bar_shows_records_that_kafka_has_of_those_there_are(total: int | None, text: str) -> None:
    console = Terminal(force_terminal=True, color_system=None, width=80)
    console.file = io.StringIO()
    with shown_progress(console, total) as progress:
        progress(PublishCounts(published=1234))

    assert text in console.file.getvalue()
    assert (" s left" in console.file.getvalue()) == (total is not None)
