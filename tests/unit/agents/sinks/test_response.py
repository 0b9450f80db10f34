"""What the answers of receivers mean."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from agents.sinks.webhook.response import Accepted, Rejected, RetryLater, judge


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_accepts_the_record(status: int) -> None:
    assert judge(status) == Accepted()


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_an_answer_about_the_record_itself_rejects_it(status: int) -> None:
    answer = judge(status, None, "no such section")
    assert isinstance(answer, Rejected)
    assert answer.reason.endswith(": no such section")


@pytest.mark.parametrize(
    "status", [301, 302, 303, 304, 401, 403, 404, 405, 408, 410, 425, 429, 502, 503, 504]
)
def test_an_answer_that_any_record_would_get_is_retried_and_not_about_the_record(
    status: int,
) -> None:
    answer = judge(status)
    assert isinstance(answer, RetryLater)
    assert answer.alike


@pytest.mark.parametrize("status", [500, 501, 599])
def test_an_answer_that_the_record_may_have_caused_may_count_against_it(status: int) -> None:
    answer = judge(status)
    assert isinstance(answer, RetryLater)
    assert not answer.alike


def test_the_reason_names_the_status_and_what_to_do_about_a_redirect() -> None:
    assert judge(503) == RetryLater(reason="it answers 503 Service Unavailable", alike=True)
    assert judge(599) == RetryLater(reason="it answers 599")
    assert judge(302) == RetryLater(
        reason="it answers 302 Found, a redirect that is not followed: 307 and 308 would be", alike=True
    )


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("7", 7), ("0", 0), ("86400", 60), ("-3", 0), ("soon", 0), ("", 0), (None, 0), ("Wed, 99 Foo", 0)],
)
def test_a_requested_wait_is_limited_and_nonsense_is_ignored(retry_after: str | None, seconds: float) -> None:
    reason = "it answers 429 Too Many Requests"
    assert judge(429, retry_after) == RetryLater(reason=reason, wait=seconds, alike=True)


@pytest.mark.parametrize(("ahead", "least", "most"), [(30, 20, 30), (-30, 0, 0), (3600, 60, 60)])
def test_a_wait_may_be_requested_as_a_date(ahead: int, least: float, most: float) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    answer = judge(503, moment)
    assert isinstance(answer, RetryLater)
    assert least <= answer.wait <= most
