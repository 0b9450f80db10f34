"""The window is bounded in number and in bytes, and articles leave it in the order of arrival."""

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
    filled: Window[Article] = Window(most, most_bytes)
    for article in articles:
        filled.add(article)
    return filled


def test_a_window_is_full_by_number_and_by_bytes() -> None:
    assert not window(*[Article() for _ in range(4)]).has_room(1)
    assert not window(Article(size=60)).has_room(41)
    assert window(Article(size=60)).has_room(40)


def test_only_the_oldest_articles_are_given_out_up_to_the_first_unfinished_one() -> None:
    first, second, third, fourth = Article(done=True), Article(done=True), Article(), Article(done=True)
    assert list(window(first, second, third, fourth).finished()) == [first, second]
    assert list(window(third, first).finished()) == []


def test_only_the_oldest_article_can_be_removed() -> None:
    first, second = Article(), Article()
    held = window(first, second)
    with pytest.raises(ValueError, match="only the oldest"):
        held.remove(second)
    held.remove(first)
    assert list(held.clear()) == [second]


async def test_a_task_that_waits_for_room_continues_when_the_window_is_cleared() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.wait_for_room(1))
    await asyncio.sleep(0)
    assert not waiting.done()
    held.clear()
    await asyncio.wait_for(waiting, 5)


async def test_a_closed_window_gives_no_room_to_new_or_waiting_tasks() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.wait_for_room(1))
    await asyncio.sleep(0)
    held.close()
    assert not await asyncio.wait_for(waiting, 5)
    held.clear()
    assert not await held.wait_for_room(1)
    held.reopen()
    assert await held.wait_for_room(1)


async def test_a_task_that_waited_while_the_window_was_closed_gets_no_room_after_it_reopens() -> None:
    held = window(*[Article() for _ in range(4)])
    waiting = asyncio.create_task(held.wait_for_room(1))
    await asyncio.sleep(0)
    held.close()
    held.clear()
    held.reopen()
    assert not await asyncio.wait_for(waiting, 5)


async def test_a_task_that_waits_for_the_oldest_article_gets_the_next_one() -> None:
    held = window()
    waiting = asyncio.create_task(held.head())
    await asyncio.sleep(0)
    article = Article()
    held.add(article)
    assert await asyncio.wait_for(waiting, 5) is article


@given(st.lists(st.integers(min_value=0, max_value=200)), st.integers(1, 8), st.integers(1, 300))
def test_the_bounds_hold_for_articles_of_any_size(sizes: list[int], most: int, most_bytes: int) -> None:
    held: Window[Article] = Window(most, most_bytes)
    for size in sizes:
        while not held.has_room(size):
            held.remove(next(iter(held._held)))
        held.add(Article(size=size))
        assert len(held) <= most
        assert held.bytes <= most_bytes or len(held) == 1
    assert held.bytes == sum(article.size for article in held.clear())
