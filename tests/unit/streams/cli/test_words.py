"""The summary lines of commands."""

from dataclasses import replace

import pytest

from streams.cli.publish import in_words
from streams.cli.status import reconciliation_words
from streams.ingest.publisher import Report
from streams.inspection.reconciliation import Reconciliation
from streams.inspection.status import ComponentStatus, rates


def status(sent: int | None, name: str = "clean") -> ComponentStatus:
    counts = {"lag": 0, "age": None, "sent": sent, "discarded": None, "dead": 0, "open": 0, "members": 1}
    return ComponentStatus(name=name, reads="news.raw", state="drained", **counts)


def test_a_publish_report_is_one_line() -> None:
    large = Report(published=181, failed=0, keys=181, bytes=32_922_571, seconds=2.134)
    small = Report(published=1, failed=1200, keys=1, bytes=44_400, seconds=0.04)

    assert in_words(large) == "181 published, 0 failed, 181 keys, 33 MB, 2.1 s"
    assert in_words(small) == "1 published, 1,200 failed, 1 key, 44 kB, 0.0 s"


@pytest.mark.parametrize(
    ("ends", "shown"),
    [({}, "4 finished"), ({"summaries": 5, "alerts": 2}, "4 finished (summaries 5, alerts 2)")],
    ids=["one end", "several ends"],
)
def test_a_reconciliation_is_shown_as_a_sum_with_the_finished_articles_of_each_end(
    ends: dict[str, int], shown: str
) -> None:
    outcomes = {"discarded": {"too-short": 2}, "dead": {"failed": 1, "invalid": 0}, "finished_on": ends}
    reconciliation = Reconciliation(raw=9, finished=4, removed=1, waiting=1, **outcomes)

    assert reconciliation_words(reconciliation) == (
        f"9 raw = {shown} + 2 discarded (too-short 2) + 1 dead (failed 1, invalid 0) + 1 removed + 1 waiting"
    )
    none = replace(reconciliation, discarded={}, dead={})
    assert " + 0 discarded + 0 dead + " in reconciliation_words(none)


def test_a_rate_is_the_increase_per_second() -> None:
    before, now = [status(10), status(None, "x")], [status(30), status(None, "x"), status(5, "new")]

    assert rates(before, now, 4.0) == {"clean": 5.0}
    assert rates(now, before, 4.0) == {"clean": 0.0}
