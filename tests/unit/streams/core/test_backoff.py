"""Pauses between attempts, and polling until there is an answer."""

import time

import pytest

from streams.core.backoff import backoff, poll_until


def test_pauses_double_up_to_a_maximum_and_end_before_the_deadline() -> None:
    hour = time.monotonic() + 3600
    pauses = backoff(0.5, 3.0, until=hour)
    assert [next(pauses) for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    assert list(backoff(0.5, 3.0, until=time.monotonic() + 0.4)) == []


def test_jitter_only_shortens_a_pause() -> None:
    pauses = backoff(8.0, 8.0, until=time.monotonic() + 3600, jitter=0.5)
    assert all(4.0 <= next(pauses) <= 8.0 for _ in range(100))


def test_polling_goes_on_until_there_is_an_answer() -> None:
    answers = iter([ValueError("not yet"), None, [], ["here"]])

    def ask() -> object:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    assert poll_until(ask, seconds=10, pause=0.001, not_yet=(ValueError,)) == ["here"]


def test_after_the_deadline_polling_gives_the_last_answer_or_error() -> None:
    assert poll_until(list, seconds=0.01, pause=0.001) == []
    with pytest.raises(ZeroDivisionError):
        poll_until(lambda: 1 // 0, seconds=0.01, pause=0.001, not_yet=(ZeroDivisionError,))


def test_polling_raises_any_other_error_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        poll_until(lambda: 1 // 0, seconds=3600, not_yet=(ValueError,))
