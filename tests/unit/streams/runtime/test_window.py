"""The window: bounded in number and bytes, left in the order of arrival."""

import asyncio
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.runtime.window import Window


@dataclass(eq=False)
class Article:
    size: int = 1
    done: bool = False

    def finished(self) -> bool:
        return self.done


def window(*articles: Article, most: int = 4, most_bytes: int = 100) -> Window[Article]:
    made: Window[Article] = Window(most, most_bytes)
    for article in articles:
        made.add(article)
    return made


def test_one_article_larger_than_the_bound_passes_alone() -> None:
    assert window(most_bytes=10).has_room(1000)
    assert not window(Article(size=1000), most_bytes=10).has_room(1)


def test_a_window_is_full_by_number_and_by_bytes() -> None:
    assert not window(*[Article() for _ in range(4)]).has_room(1)
    assert not window(Article(size=60)).has_room(41)
    assert window(Article(size=60)).has_room(40)


def test_only_the_oldest_and_the_finished_right_behind_it_are_given_out() -> None:
    first, second, third, fourth = Article(done=True), Article(done=True), Article(), Article(done=True)
    assert list(window(first, second, third, fourth).finished()) == [first, second]
    assert list(window(third, first).finished()) == []


def test_only_the_oldest_can_leave() -> None:
    first, second = Article(), Article()
    held = window(first, second)
    with pytest.raises(ValueError, match="only the oldest"):
        held.remove(second)
    held.remove(first)
    assert list(held.clear()) == [second]


async def test_who_waits_for_room_goes_on_when_the_window_is_emptied() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.room(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    held.clear()
    await asyncio.wait_for(waiting, 5)


async def test_a_shut_window_lets_nobody_in_and_not_those_who_were_waiting() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.room(1))
    await asyncio.sleep(0)
    held.close()
    assert not await asyncio.wait_for(waiting, 5)
    held.clear()
    assert not await held.room(1)
    held.reopen()
    assert await held.room(1)


async def test_who_waited_while_it_was_shut_and_opened_again_is_of_the_past() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.room(1))
    await asyncio.sleep(0)
    held.close()
    held.clear()
    held.reopen()
    assert not await asyncio.wait_for(waiting, 5)


async def test_who_waits_for_the_oldest_gets_the_first_that_comes() -> None:
    held = window()
    waiting = asyncio.create_task(held.head())
    await asyncio.sleep(0)
    article = Article()
    held.add(article)
    assert await asyncio.wait_for(waiting, 5) is article


@given(st.lists(st.integers(min_value=0, max_value=200)), st.integers(1, 8), st.integers(1, 300))
def test_the_bounds_hold_whatever_comes(sizes: list[int], most: int, most_bytes: int) -> None:
    held: Window[Article] = Window(most, most_bytes)
    for size in sizes:
        while not held.has_room(size):
            held.remove(next(iter(held._held)))
        held.add(Article(size=size))
        assert len(held) <= most
        assert held.bytes <= most_bytes or len(held) == 1
    assert held.bytes == sum(article.size for article in held.clear())
