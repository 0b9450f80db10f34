"""A page in this process, or many in pool processes: the outcomes and bytes of the command `process`."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

import copydesk
from streams.core.message import Message
from streams.errors import CopydeskError
from streams.local.in_process import LoadedStages
from streams.settings import load_settings
from tests.support.pipelines.actions import STAGE, ActionSettings, Order

#: Three stages are loaded twice, which takes a minute on a busy machine.
pytestmark = pytest.mark.timeout(300)

ORDER = Message(
    topic="t.order", partition=0, offset=0, timestamp=0, key=b"k", value=b'{"id": "o1", "do": "echo"}'
)
URL = "https://harbour-courier.example/ferry"
FERRY = """<html lang="en"><title>Ferry to Gosport will sail again</title><article>
<h1>Ferry to Gosport will sail again</h1><p>The ferry to Gosport will sail again from Monday, the harbour
board said. Eleanor Marsh, who chairs the board, said that two new boats had been bought from a yard in
Norway.</p>
<p>The old boats were sold in spring, after the board had counted fewer than forty passengers a day for most
of the winter.</p></article></html>"""


@pytest.fixture(scope="module")
def pools() -> Iterator[copydesk.Pipeline]:
    with copydesk.Pipeline(workers=1) as pipeline:
        yield pipeline


def test_process_gives_the_article_and_its_bytes_for_text_and_for_bytes() -> None:
    text, as_bytes = copydesk.process(FERRY, URL), copydesk.process(FERRY.encode(), url=URL)
    assert text.article.title == "Ferry to Gosport will sail again"
    assert [entity.name for entity in text.article.entities if entity.type == "place"] != []
    assert as_bytes.article.text == text.article.text
    assert text.value.startswith(b'{"id":"' + text.article.id.encode())


def test_an_article_cannot_be_changed() -> None:
    article = copydesk.process(FERRY, URL).article
    with pytest.raises(AttributeError):
        article.title = "Another"  # type: ignore[misc]  # this is what must fail


def test_process_raises_what_a_page_became_instead_with_a_sentence() -> None:
    with pytest.raises(copydesk.Discarded, match=f"{URL} was discarded by the stage clean: too-short"):
        copydesk.process("<article><p>It is open.</p></article>", URL)
    with pytest.raises(
        copydesk.Dead, match=r"stage clean \(invalid\): content-type 'image/png' is not"
    ) as dead:
        copydesk.process(b"\x89PNG", URL, content_type="image/png")
    assert (dead.value.stage, dead.value.reason, dead.value.page.url) == ("clean", "invalid", URL)


async def test_both_work_inside_a_running_event_loop(pools: copydesk.Pipeline) -> None:
    """A notebook has one."""
    assert asyncio.get_running_loop().is_running()
    finished = copydesk.process(FERRY, URL)
    [outcome] = pools.process([copydesk.Page(FERRY, URL)])
    assert isinstance(outcome, copydesk.Finished)
    assert outcome.value == finished.value


def test_outcomes_come_in_the_order_of_the_pages_and_while_later_pages_are_still_awaited(
    pools: copydesk.Pipeline,
) -> None:
    taken: list[str] = []

    def pages() -> Iterator[copydesk.Page]:
        for number in range(20):
            taken.append(f"{URL}/{number}")
            yield copydesk.Page(FERRY, taken[-1])

    outcomes = pools.process(pages())
    assert next(outcomes).page.url == f"{URL}/0"
    assert len(taken) < 20
    assert [outcome.page.url for outcome in outcomes] == [f"{URL}/{n}" for n in range(1, 20)]


def test_threads_may_share_process() -> None:
    values: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: values.append(copydesk.process(FERRY, URL).value)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert values == [copydesk.process(FERRY, URL).value] * 4


def test_settings_given_to_a_pipeline_win_and_the_limits_of_size_hold_in_this_process_too() -> None:
    settings = {"stages": {"clean": {"work": {"min_words": 1000}}}, "worker": {"article_bytes": 2048}}
    pages = [copydesk.Page(FERRY, URL), copydesk.Page(FERRY + " " * 2048, URL)]
    with copydesk.Pipeline(workers=0, settings=settings) as pipeline:
        reasons = [page.reason for page in pipeline.process(pages) if isinstance(page, copydesk.NotFinished)]
    assert reasons == ["too-short", "too-large"]


@pytest.mark.parametrize("workers", [0, 1])
def test_a_stage_that_cannot_be_loaded_is_an_error_and_no_thread_is_left(workers: int) -> None:
    settings = {"stages": {"clean": {"work": {"min_word": 3}}}}
    before = threading.active_count()
    with pytest.raises(CopydeskError, match="min_word: there is no such setting"):
        copydesk.Pipeline(workers=workers, settings=settings).__enter__()
    assert threading.active_count() == before


def test_an_interrupt_ends_a_page_and_is_not_taken_for_its_fault() -> None:
    with pytest.raises(KeyboardInterrupt):
        LoadedStages(load_settings(), [replace(STAGE, work=f"{__name__}:interrupted")]).results(ORDER)


def interrupted(settings: ActionSettings) -> Callable[[Order], object]:
    """Work that somebody interrupts."""

    def work(order: Order) -> object:
        raise KeyboardInterrupt

    return work
