"""How many articles are looked up at once, and how what a look-up raises is answered."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

import pytest

from agents.lookup import identify
from streams.errors import BrokerError, Unavailable
from streams.ingest.http_api import articles
from streams.ingest.http_api.articles import AT_ONCE, WAITING, Articles, Lookup
from streams.ingest.http_api.problem import Problem

URL = "https://a.example/harbour"


async def problem_of(lookup: Lookup, text: str = URL, hours: int = 24) -> Problem:
    asked = Articles(lookup, identify, hours)
    with pytest.raises(Problem) as raised:
        await asked.find(text)
    return raised.value


class Gate:
    """A look-up that waits until it is let through, and counts how many wait at once."""

    def __init__(self) -> None:
        self.opened = threading.Event()
        self.inside, self.most, self._lock = 0, 0, threading.Lock()

    def __call__(self, text: str) -> Mapping[str, Any]:
        with self._lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.opened.wait(30)
        with self._lock:
            self.inside -= 1
        return {"text": text}


async def test_a_question_too_many_is_answered_503_and_the_others_are_answered_in_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(articles, "SECONDS", 30.0)
    gate = Gate()
    asked = Articles(gate, identify, 24)
    pending = [asyncio.create_task(asked.find(f"{URL}/{n}")) for n in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)

    with pytest.raises(Problem) as raised:
        await asked.find(URL)
    gate.opened.set()
    answers = await asyncio.gather(*pending)

    assert (raised.value.status, raised.value.headers) == (503, {"Retry-After": "1"})
    assert [answer["text"] for answer in answers] == [f"{URL}/{n}" for n in range(AT_ONCE + WAITING)]
    assert gate.most <= AT_ONCE
    assert await asked.find(URL) == {"text": URL}


async def test_a_look_up_that_takes_too_long_keeps_its_place_until_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(articles, "SECONDS", 0.01)
    gate = Gate()
    asked = Articles(gate, identify, 24)
    for _ in range(AT_ONCE + WAITING):
        with pytest.raises(Problem) as raised:
            await asked.find(URL)
        assert (raised.value.status, raised.value.detail) == (
            503,
            "it cannot be looked up now: Kafka is slow",
        )

    with pytest.raises(Problem) as raised:
        await asked.find(URL)

    assert raised.value.detail == "too many articles are looked up at once"
    gate.opened.set()


@pytest.mark.parametrize("error", [Unavailable("7 are left"), BrokerError("7 are left")])
async def test_an_outage_is_503_with_its_reason(error: Exception) -> None:
    def lookup(text: str) -> None:
        raise error

    problem = await problem_of(lookup)

    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})
    assert problem.detail == "it cannot be looked up now: 7 are left"


async def test_what_is_unknown_or_switched_off_is_404_and_what_is_no_article_422() -> None:
    unknown = await problem_of(lambda text: None)
    off = await problem_of(lambda text: {"text": text}, hours=0)
    no_article = await problem_of(lambda text: {"text": text}, text="ftp://a.example/")

    assert [problem.status for problem in (unknown, off, no_article)] == [404, 404, 422]
    assert unknown.detail == "nothing is known of it: it was not received in the last 24 hours"
    assert off.detail == "articles are not looked up here: ingest.lookup_hours is 0"


def test_the_process_ends_while_a_look_up_hangs() -> None:
    hangs = """
import asyncio, threading
from streams.ingest.http_api import articles

async def main():
    asked = articles.Articles(lambda text: threading.Event().wait(), lambda text: None, 24)
    try:
        await asked.find("x")
    except articles.Problem as problem:
        print(problem.detail)

asyncio.run(main())
"""
    ended = subprocess.run(
        [sys.executable, "-c", hangs], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "it cannot be looked up now: Kafka is slow\n"
