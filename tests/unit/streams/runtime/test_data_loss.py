"""What counts as data loss, and how it is reported."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.monitoring import metrics
from streams.monitoring.health import Health
from streams.runtime.data_loss import DataLossGuard, Loss, loss
from streams.runtime.faust_consumer import ConsumerThread

WHETHER_READ = "whether the 10 records before the oldest one were read"
RECREATED = "it was recreated or truncated, and the number of lost records is unknown"
OFFSETS = st.integers(min_value=0, max_value=50)


@given(position=st.none() | OFFSETS, begin=OFFSETS, kept=OFFSETS, rejected=st.booleans())
def test_a_loss_is_reported_exactly_when_a_record_may_be_skipped(
    position: int | None, begin: int, kept: int, rejected: bool
) -> None:
    end = begin + kept
    lost_records = loss(0, position, begin, end, rejected=rejected)
    unread = set(range(begin)) if position is None else set(range(position, begin))
    cut_off = rejected and position is not None and position > end
    assert (lost_records is not None) == (bool(unread) or cut_off)
    if lost_records is not None:
        assert lost_records.records == len(unread) or (cut_off and lost_records.records >= 1)


@pytest.mark.parametrize(
    ("position", "begin", "end", "records", "words"),
    [
        (3, 10, 12, 7, "partition 4: up to 7 records were lost, from 3 to 9"),
        (None, 10, 12, 10, f"partition 4: the group has no offset, so it is unknown {WHETHER_READ}"),
        (30, 0, 12, 1, f"partition 4: the next record would be 30, but the log ends at 12: {RECREATED}"),
    ],
)
def test_a_loss_is_described_in_words(
    position: int | None, begin: int, end: int, records: int, words: str
) -> None:
    lost_records = loss(4, position, begin, end, rejected=True)
    assert lost_records is not None
    assert (lost_records.records, str(lost_records)) == (records, words)


def test_a_worker_with_lost_records_is_unready_but_healthy_and_names_the_command() -> None:
    health = Health(stall_seconds=100)
    health.joined([1, 4])
    deleted = deleted_of(health)
    assert (deleted.met, health.unready()) == (False, None)

    deleted.stop([lost(1), lost(4)])

    health.looked(7)
    assert (deleted.met, health.unhealthy()) == (True, None)
    assert str(health.unready()).endswith(
        "to continue without them, stop every worker of toy, then: copydesk kafka consumer-groups"
        " --reset-offsets --to-earliest --topic t.order:1,4 --group copydesk.t.toy --execute"
    )
    assert metrics.LOST_RECORDS.labels("toy", "", "4")._value.get() == 7


def lost(partition: int, begin: int = 10) -> Loss:
    """The loss of a partition whose next record was 3, and whose log now starts at `begin`."""
    lost_records = loss(partition, 3, begin, 12, rejected=False)
    assert lost_records is not None
    return lost_records


def deleted_of(health: Health) -> DataLossGuard:
    """A worker that has lost no record yet."""
    return DataLossGuard(group="copydesk.t.toy", topic="t.order", owner=("toy", ""), health=health)


def test_losses_before_a_rebalance_are_still_reported_after_it() -> None:
    """The command must name every partition. Otherwise the worker stops again after it."""
    health = Health(stall_seconds=100)
    deleted = deleted_of(health)

    for losses in ([lost(4)], [lost(1)], [lost(4, begin=11)], []):
        deleted.stop(losses)
        health.joined([1])

    report = str(health.unready())
    assert "partition 1: up to 7 records were lost, from 3 to 9; partition 4: up to 8 " in report
    assert "--topic t.order:1,4 " in report
    assert metrics.LOST_RECORDS.labels("toy", "", "4")._value.get() == 8


async def test_a_loss_is_reported_again_after_a_rebalance_though_the_new_partitions_lost_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    health = Health(stall_seconds=100)
    health.joined([4])
    deleted = deleted_of(health)
    thread = ConsumerThread.__new__(ConsumerThread)
    looks = [[], [lost(4)], []]

    async def losses(*_: Any) -> list[Loss]:
        return looks.pop(0)

    monkeypatch.setattr(thread, "_losses", losses)
    await thread._look(None, deleted, set())
    assert (deleted.met, health.unready()) == (False, None)
    await thread._look(None, deleted, set())
    monkeypatch.setattr(deleted, "_reported_at", 0.0)
    await thread._look(None, deleted, set())
    assert not deleted.due
    assert "partition 4: up to 7 records" in str(health.unready())
