"""What counts as right, and what the tables of the bench show of it."""

from dataclasses import replace

from bench.extraction.sets import Gold
from bench.extraction.tables import Table, fields_table, notes, text_table
from bench.extraction.tally import Tallies, Tally
from bench.extraction.tools import Extracted

BODY = "The ferry to the island sails at nine from the old pier."


PAGE = Gold(
    id="1",
    half="even",
    url="https://www.harbour-courier.example/ferry",
    page=b"",
    fetched_at=None,
    body=BODY,
    title=None,
    authors=[],
    published_at=None,
)


def tally(page: Gold, *results: Extracted) -> Tally:
    added = Tally("words")
    for result in results:
        added.add(page, result, 10.0)
    return added


def rows(table: Table) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def fields(page: Gold, *results: Extracted) -> dict[str, str]:
    (row,) = rows(fields_table({("fundus", "even", "copydesk"): tally(page, *results)}))
    return row


def test_a_date_is_right_by_its_day_and_authors_whatever_their_order_and_case() -> None:
    page = replace(PAGE, published_at="2026-11-12T08:00:00+00:00", authors=["Eleanor Marsh", "Tom Reed"])
    row = fields(page, Extracted(text=BODY, date="2026-11-12", authors=["TOM REED", "Eleanor Marsh"]))
    assert (row["date"], row["authors"], row["persons"]) == ("1.000", "1.000", "1.000")


def test_persons_are_compared_without_the_offices_among_the_authors() -> None:
    page = replace(PAGE, authors=["Eleanor Marsh", "Reuters"])
    row = fields(page, Extracted(text=BODY, authors=["Eleanor Marsh"]))
    assert (row["authors"], row["persons"]) == ("0.000", "1.000")


def test_a_field_that_is_never_given_or_not_in_the_gold_has_no_column() -> None:
    row = fields(replace(PAGE, title="The ferry sails"), Extracted(text=BODY))
    assert not {"title", "date", "authors"} & row.keys()


def test_a_page_that_is_discarded_or_fails_is_empty_and_is_named_with_its_reason() -> None:
    page = replace(PAGE, title="The ferry sails")
    results = [
        Extracted(text=BODY, title="The ferry sails"),
        *(Extracted(discarded="too-short"), Extracted(failed="Overflow"), Extracted(text=" \n")),
    ]
    row = fields(page, *results)
    assert (row["discarded"], row["empty"], row["title"]) == ("0.250", "0.750", "0.250")
    tallies: Tallies = {("fundus", "even", "copydesk"): tally(page, *results)}
    assert list(notes(tallies)) == ["even, copydesk: discarded as too-short 1; failed with Overflow 1"]
    assert text_table(tallies).rows == [
        ["even", "copydesk", "0.2500", "0.250", "0.250", "0.2500", "0.250", "0.250"]
    ]


def test_times_are_compared_with_those_of_the_rival_on_the_same_pages() -> None:
    tallies: Tallies = {
        ("aeb", "even", tool): Tally("shingles") for tool in ("copydesk", "trafilatura, default")
    }
    for each, milliseconds in zip(tallies.values(), (8.0, 10.0), strict=True):
        each.add(PAGE, Extracted(text=BODY), milliseconds)
    assert [(row["ms"], row["ratio"]) for row in rows(fields_table(tallies))] == [
        ("8.0", "0.80"),
        ("10.0", "1.00"),
    ]
