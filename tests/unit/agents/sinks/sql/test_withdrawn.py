"""A revision that does not pass the filter of the sink removes its article, if there is one."""

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.core.sink import Delivered
from tests.unit.agents.finished import delivered, id_of
from tests.unit.agents.sinks.sql.databases import all_rows, ask, write


def withdrawn(n: int, revision: int) -> Delivered:
    return replace(delivered(n, revision), record=None, withdrawn=True)


def articles(url: str) -> list[str]:
    return [row[0] for row in ask(url, "SELECT id FROM articles ORDER BY id")]


def test_an_article_whose_correction_does_not_pass_is_removed_like_by_a_takedown(url: str) -> None:
    write(url, [delivered(1), delivered(2)], [withdrawn(1, 2)])
    rows = all_rows(url)
    assert articles(url) == [id_of(2)]
    assert rows["takedowns"] == [(id_of(1), withdrawn(1, 2).version)]
    assert {len(rows[table]) for table in ("articles", "summaries")} == {1}


def test_of_an_article_that_was_never_there_nothing_is_kept(url: str) -> None:
    write(url, [withdrawn(1, 1), delivered(2)], [withdrawn(3, 1)], [delivered(4), withdrawn(4, 2)])
    assert [row[0] for row in all_rows(url)["revisions"]] == [id_of(2)]


def test_an_older_revision_does_not_bring_it_back_and_a_newer_one_does(url: str) -> None:
    write(url, [delivered(1)], [withdrawn(1, 3)], [delivered(1, 2)])
    assert articles(url) == []
    write(url, [delivered(1, 4)])
    assert articles(url) == [id_of(1)]


def test_an_older_revision_that_does_not_pass_removes_nothing(url: str) -> None:
    write(url, [delivered(1, 2)], [withdrawn(1, 1)])
    assert articles(url) == [id_of(1)]


def test_the_same_record_read_again_with_another_filter_is_removed_or_comes_back(url: str) -> None:
    write(url, [delivered(1)], [withdrawn(1, 1)])
    assert articles(url) == []
    write(url, [delivered(1)])
    assert articles(url) == [id_of(1)]


def test_a_takedown_stays_a_takedown_when_an_earlier_record_is_read_again_with_another_filter(
    url: str,
) -> None:
    write(url, [delivered(1)], [delivered(1, 2, gone=True)], [withdrawn(1, 1)], [delivered(1)])
    assert articles(url) == []


REVISIONS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=10)
READINGS = st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), max_size=4)


def history(drawn: Iterable[tuple[int, bool]]) -> list[Delivered]:
    """Revisions of four articles in their order, each passing or not."""
    return [
        delivered(n, revision) if passes else withdrawn(n, revision)
        for revision, (n, passes) in enumerate(drawn, 1)
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=REVISIONS, readings=READINGS)
def test_after_any_batches_and_repeats_the_articles_are_those_whose_newest_revision_passes(
    url: str, drawn: list[tuple[int, bool]], readings: list[tuple[int, int]]
) -> None:
    """Each reading starts at some record, as after a crash, in batches of its own size; the last has all."""
    write(url)  # creates the tables
    ask(url, "DELETE FROM articles RETURNING 1")
    ask(url, "DELETE FROM revisions RETURNING 1")
    everything = history(drawn)
    batches = [
        everything[at : at + size]
        for start, size in [*readings, (0, 3)]
        for at in range(start, len(everything), size)
    ]

    write(url, *batches)

    newest = {record.key: record for record in everything}
    assert articles(url) == sorted(key for key, record in newest.items() if not record.withdrawn)
