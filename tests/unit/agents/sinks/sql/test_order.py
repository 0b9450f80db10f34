"""Records in any order, repeated, in batches of any size: the rows are those of a run in order."""

import itertools
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from agents.sinks.sql import SqlSettings, open_sink
from agents.sinks.sql.sink import Sql
from agents.sinks.sql.tables import ARTICLES, REVISIONS
from streams.core.sink import Delivered
from tests.support.machine.postgres import new_database
from tests.unit.agents.finished import delivered
from tests.unit.agents.sinks.sql.databases import all_rows

#: Three articles, four revisions each, of which some are takedowns.
revisions = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), min_size=1, max_size=12, unique=True)


@st.composite
def histories(draw: Any) -> tuple[list[Delivered], list[list[Delivered]]]:
    """A history in order, and the same records mixed, with repeats and in batches."""
    gone = draw(st.sets(st.tuples(st.integers(0, 2), st.integers(1, 4)), max_size=4))
    history = [delivered(n, revision, gone=(n, revision) in gone) for n, revision in draw(revisions)]
    repeats = draw(st.lists(st.sampled_from(history), max_size=6))
    mixed = draw(st.permutations([*history, *repeats]))
    cuts = sorted(draw(st.sets(st.integers(1, len(mixed)), max_size=5)) | {0, len(mixed)})
    batches = [mixed[start:end] for start, end in itertools.pairwise(cuts)]
    return sorted(history, key=lambda record: record.version), batches


class Pair:
    """Two databases of the same kind: the first for the mixed records, the second for those in order."""

    def __init__(self, urls: tuple[str, str]) -> None:
        self.urls = urls
        self.sinks: list[Any] = [open_sink(SqlSettings(url=url)) for url in urls]

    def check(self, history: list[Delivered], batches: list[list[Delivered]]) -> None:
        for sink in self.sinks:
            empty(sink)
        for batch in batches:
            self.sinks[0].write(batch)
        for record in history:
            self.sinks[1].write([record])
        mixed, ordered = map(all_rows, self.urls)
        assert mixed == ordered

    def close(self) -> None:
        for sink in self.sinks:
            sink.close()


def empty(sink: Sql) -> None:
    with sink._database.transaction() as connection:
        connection.execute(delete(ARTICLES))
        connection.execute(delete(REVISIONS))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with tempfile.TemporaryDirectory() as folder:
        if request.param == "sqlite":
            urls = f"sqlite:///{folder}/mixed.db", f"sqlite:///{folder}/ordered.db"
        else:
            postgres = request.getfixturevalue("postgres")
            urls = new_database(postgres), new_database(postgres)
        pair = Pair(urls)
        yield pair
        pair.close()


@given(histories())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_order_of_revisions_and_takedowns_makes_no_difference(
    pair: Pair, history_and_batches: tuple[list[Delivered], list[list[Delivered]]]
) -> None:
    pair.check(*history_and_batches)
