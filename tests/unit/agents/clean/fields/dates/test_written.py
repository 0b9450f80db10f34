from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.clean.fields.dates.calendars import day_of
from agents.clean.fields.dates.machine import read
from agents.clean.fields.dates.place import Place
from agents.clean.fields.dates.written import dates_in, plain_signs

DAYS = st.dates(date(1996, 1, 1), date(2068, 12, 31))


def first(text: str, place: Place) -> str | None:
    return next((each.moment.text for each in dates_in(plain_signs(text), place)), None)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Tuesday, March 5th, 2024"),
        ("en", "on the 5th of March, 2024"),
        ("en", "Mar. 5, 2024"),
        ("en", "5-Mar-24"),
        ("en", "MAR 5 2024"),
        ("zh", "2024年3月5日"),
        ("zh", "民國113年3月5日"),
        ("ja", "２０２４年３月５日（火）"),
        ("ja", "令和6年3月5日"),
        ("ko", "2024년 3월 5일"),
        ("ko", "2024. 3. 5."),
        ("es", "5 de marzo del 2024"),
        ("pt", "5 de março de 2024"),
        ("fr", "mardi 5 mars 2024"),
        ("de", "Dienstag, 5. März 2024"),
        ("de", "05.03.24"),
        ("it", "5 marzo 2024"),
        ("nl", "5 mrt 2024"),
        ("pl", "5 marca 2024"),
        ("cs", "5. března 2024"),
        ("ru", "5 марта 2024 г."),
        ("uk", "5 березня 2024"),
        ("el", "ΤΡΙΤΗ 5 ΜΑΡΤΙΟΥ 2024"),
        ("tr", "5 Mart 2024 Salı"),
        ("vi", "ngày 5 tháng 3 năm 2024"),
        ("id", "Selasa, 5 Maret 2024"),
        ("ar", "٥ مارس ٢٠٢٤"),
        ("ar", "الثلاثاء 5 آذار 2024"),
        ("fa", "۱۵ اسفند ۱۴۰۲"),
        ("fa", "۱۴۰۲/۱۲/۱۵"),
        ("he", "5 במרץ 2024"),
        ("hi", "५ मार्च २०२४"),
        ("bn", "৫ মার্চ ২০২৪"),
        ("th", "5 มีนาคม พ.ศ. 2567"),
        ("th", "5 มี.ค. 67"),
        ("hu", "2024. március 5."),
        ("lt", "2024 m. kovo 5 d."),
        ("sv", "5 mars 2024"),
        ("fi", "5. maaliskuuta 2024"),
        (None, "5 de marzo de 2024"),
    ],
)
def test_a_date_is_read_in_the_languages_of_the_web(language: str | None, text: str) -> None:
    assert first(text, Place(language)) == "2024-03-05"


@pytest.mark.parametrize(
    ("text", "country", "moment"),
    [
        ("March 10, 2026, 4:19 PM", None, "2026-03-10T16:19"),
        ("10 March 2026 at 12.05 a.m.", None, "2026-03-10T00:05"),
        ("Mar 10, 2026, 11:05 IST", "in", "2026-03-10T11:05+05:30"),
        ("Mar 10, 2026, 11:05 IST", None, "2026-03-10T11:05"),
        ("10 March 2026 | 11:05 CET", None, "2026-03-10T11:05+01:00"),
        ("10 March 2026 11:05 GMT+2", None, "2026-03-10T11:05+02:00"),
        ("7:30 AM EST, March 10, 2026", "us", "2026-03-10T07:30-05:00"),
        ("10 mars 2026 à 14h05", None, "2026-03-10T14:05"),
        ("10. März 2026, 14:05 Uhr", None, "2026-03-10T14:05"),
        ("2026.03.10. 오후 2:05", None, "2026-03-10T14:05"),
        ("2026年3月10日 14時05分", None, "2026-03-10T14:05"),
    ],
)
def test_the_time_beside_a_date_is_read_and_its_zone_where_the_country_says_which_it_is(
    text: str, country: str | None, moment: str
) -> None:
    assert first(text, Place(country=country)) == moment


@pytest.mark.parametrize(
    ("text", "place", "day"),
    [
        ("03/04/2026", Place(month_first=True), "2026-03-04"),
        ("03/04/2026", Place(), "2026-04-03"),
        ("03.04.2026", Place(month_first=True), "2026-04-03"),
        ("25/12/2026", Place(month_first=True), "2026-12-25"),
        ("03/04/2026", Place(month_first=True).settled(["25/12/2025"]), "2026-04-03"),
        ("03/04/2026", Place(latest="2026-03-20"), "2026-03-04"),
        ("03/04/2026", Place(known=frozenset({"2026-03-04"})), "2026-03-04"),
    ],
)
def test_which_number_is_the_month_follows_from_the_country_and_from_what_else_is_known(
    text: str, place: Place, day: str
) -> None:
    assert first(text, place) == day


@pytest.mark.parametrize(
    "text",
    [
        "version 1.2.20.5",
        "10 people in 2026",
        "2026-2027",
        "45 March 2026",
        "Page 5 of 2024",
        "$10/12/24",
        "+49 30 2024",
    ],
)
def test_other_numbers_are_no_dates(text: str) -> None:
    assert first(text, Place("en")) is None


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (1773124200, "2026-03-10T06:30:00Z"),
        (1773124200.5, "2026-03-10T06:30:00Z"),
        ("1773124200000", "2026-03-10T06:30:00Z"),
        ("1773124200000000", "2026-03-10T06:30:00Z"),
        ("20260310073000", "2026-03-10T07:30:00"),
        ("14-12-29", "2014-12-29"),
        ("2569-03-10T07:30:00+07:00", "2026-03-10T07:30:00+07:00"),
        ("Tue Mar 10 07:30:00 CET 2026", "2026-03-10T07:30:00+01:00"),
        ("Tue Mar 10 2026 07:30:00 GMT+0100 (CET)", "2026-03-10T07:30:00+01:00"),
        ("Tue, 10 Mar 2026 07:30:00 +0100", "2026-03-10T07:30:00+01:00"),
        ("March 10, 2026 7:30 pm", "2026-03-10T19:30"),
        ("10/03/2026 07:30", "2026-03-10T07:30"),
        (True, None),
        ([], None),
        ("7", None),
    ],
)
def test_a_date_of_software_is_read_in_all_its_notations(value: object, moment: str | None) -> None:
    read_moment = read(value, Place())

    assert (read_moment.text if read_moment else None) == moment


@given(DAYS)
def test_a_day_is_the_same_in_every_notation(day: date) -> None:
    notations = (
        f"{day:%Y/%m/%d}",
        f"{day:%d.%m.%y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day:02}-{day.month:02}-{day.year + 543}",
    )
    assert {first(each, Place()) for each in notations} == {day.isoformat()}


@pytest.mark.parametrize(
    ("persian", "ours"),
    [
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1404, 12, 19), date(2026, 3, 10)),
        ((1404, 7, 31), None),
    ],
)
def test_a_persian_day_is_one_of_ours(persian: tuple[int, int, int], ours: date | None) -> None:
    assert day_of(*persian, persian=True) == ours


@given(st.text("0123456789/.-: ,MarchPM年月日março'", max_size=60))
def test_any_text_has_dates_that_exist_in_their_order(text: str) -> None:
    dates = dates_in(text, Place("en", month_first=True))

    assert all(date.fromisoformat(each.moment.day) for each in dates)
    assert all(early.end <= late.start for early, late in pairwise(dates))
