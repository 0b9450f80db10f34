import pytest

from agents.clean.fields.dateline import dateline
from agents.records import Dateline


@pytest.mark.parametrize(
    ("opening", "place", "agency", "date"),
    [
        ("LONDON, March 3 (Reuters) - The bank", "LONDON", "Reuters", "March 3"),
        ("WASHINGTON (AP) — The house", "WASHINGTON", "AP", None),
        ("BERLIN (dpa) - Der Bund", "BERLIN", "dpa", None),
        ("Berlin (dpa/lno) - Der Bund", "Berlin", "dpa", None),
        ("PARIS, le 3 mai (AFP) - Le ministre", "PARIS", "AFP", "le 3 mai"),
        ("MADRID, 3 May. (EUROPA PRESS) - El rey", "MADRID", "Europa Press", "3 May."),
        ("(Reuters) - Oil fell", None, "Reuters", None),
        ("ST. JOSEPH, Mich. (AP) — Health", "ST. JOSEPH, Mich.", "AP", None),
        ("SISAK, Croatia -- Students", "SISAK, Croatia", None, None),
        ("NEW YORK — The mayor", "NEW YORK", None, None),
        ("BEIRUT/THE HAGUE, March 7 (Reuters) - A crew", "BEIRUT/THE HAGUE", "Reuters", "March 7"),
    ],
)
def test_a_wire_story_opens_with_place_date_and_agency(
    opening: str, place: str | None, agency: str | None, date: str | None
) -> None:
    assert dateline(opening)[0] == Dateline(place=place, agency=agency, date=date)


@pytest.mark.parametrize(
    "opening",
    [
        *("The mayor — who was late — spoke.", "He said (on Monday) - nothing.", "London - it rains.", ""),
        *("WHAT WE KNOW SO FAR - The flood", "BREAKING: The flood", "U.S.-Russian talks - again"),
        "EU - the talks",
    ],
)
def test_other_openings_are_not_datelines(opening: str) -> None:
    assert dateline(opening) == (Dateline(), [])


def test_every_agency_of_the_signature_is_named() -> None:
    assert dateline("GENÈVE (ATS/AFP) - Un loup")[1] == ["Keystone-SDA", "AFP"]
