"""`copydesk trace` on the real pipeline and a real broker."""

import pytest

from agents.ids import article_id
from streams.errors import BrokerError, ConfigError
from streams.local.broker.node import Broker
from tests.support.articles.newspaper import raw, url
from tests.support.pipelines.traced import BROKEN, DROPPED, SHORT, STAGES, Traced, traced_pipeline

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def traced(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Traced:
    return traced_pipeline(broker.bootstrap_servers, "traced", tmp_path_factory.mktemp("traced"))


ALL_SENT = [(stage, "sent") for stage in STAGES]


def test_a_finished_article_is_traced_from_raw_to_the_sinks(traced: Traced) -> None:
    story = traced.story("https://gazette1.example/news/2026/0001/")
    [revision] = story["revisions"]

    assert (story["now"], story["key"]) == ("finished", article_id(url(1)))
    assert traced.steps(url(1)) == [ALL_SENT]
    assert story["current"] == revision["steps"][-1]["place"]
    assert story["current"].startswith("traced.summaries/")
    assert (revision["raw"], revision["key"], revision["feed"]) == (traced.placed[0], "4711", "feed-1")
    assert revision["size"] > len(raw(1))
    assert revision["sinks"] == {"jsonl": "waiting"}
    assert all(step["at"] >= revision["received"] for step in revision["steps"])


def test_each_revision_is_traced_and_the_newest_may_still_wait(traced: Traced) -> None:
    story = traced.story(url(2))

    assert [revision["raw"] for revision in story["revisions"]] == [traced.placed[n] for n in (1, 2, 8)]
    assert traced.steps(url(2)) == [ALL_SENT, ALL_SENT, [("clean", "waiting")]]
    assert story["now"] == "waiting"
    assert story["current"] == story["revisions"][1]["steps"][-1]["place"]


def test_an_article_that_was_removed_is_nowhere(traced: Traced) -> None:
    story = traced.story(url(3))

    assert traced.steps(url(3)) == [ALL_SENT, [(stage, "removed") for stage in STAGES]]
    assert [revision["takedown"] for revision in story["revisions"]] == [False, True]
    assert (story["now"], story["current"]) == ("removed", None)


def test_a_discarded_article_is_traced_with_the_reason(traced: Traced) -> None:
    [revision] = traced.story(SHORT)["revisions"]

    assert [(step["stage"], step["outcome"], step["reason"]) for step in revision["steps"]] == [
        ("clean", "discarded", "too-short")
    ]
    assert revision["raw"] == traced.placed[5]


def test_a_dead_article_is_traced_with_its_dead_letter_and_how_it_was_resolved(traced: Traced) -> None:
    story = traced.story(BROKEN)
    [step] = story["revisions"][0]["steps"]
    assert (story["now"], step["outcome"], step["reason"]) == ("dead", "dead", "invalid")
    assert step["record"] == traced.placed[6]
    assert "Expected `array`, got `int` - at `$.authors`" in step["error"]
    assert step["entry"] is None

    story = traced.story(DROPPED)
    [step] = story["revisions"][0]["steps"]
    assert (story["now"], step["outcome"], step["entry"]["action"]) == ("dropped", "dead", "dropped")


def test_an_article_is_found_by_its_id_and_by_any_record_of_it(traced: Traced) -> None:
    by_url = traced.story(url(1))["revisions"]
    places = [step["place"] for step in by_url[0]["steps"]]

    for name in (article_id(url(1)), traced.placed[0], *places):
        assert traced.story(name)["revisions"] == by_url
    discarded = traced.story(SHORT)["revisions"]
    assert traced.story(discarded[0]["steps"][0]["place"])["revisions"] == discarded


def test_a_trace_is_printed_as_a_page(traced: Traced) -> None:
    shown = traced.command(url(3)).stdout

    assert "now: removed" in shown
    assert "readers have no finished record" in shown
    assert f"{traced.placed[3]}  " in shown
    assert "takedown 2  " in shown
    assert "  clean        sent " in shown
    assert "error" not in shown
    assert f"dead letter {traced.placed[6]}" in traced.command(BROKEN).stdout


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("https://a.example/never", BrokerError, "nothing is known of https://a.example/never"),
        ("the ferry story", ConfigError, "'the ferry story' identifies no article"),
        ("traced.clean/0/4711", ConfigError, "there is no record traced.clean/0/4711"),
    ],
)
def test_an_unknown_article_is_one_sentence(
    traced: Traced, text: str, error: type[Exception], says: str
) -> None:
    report = traced.command(text)
    assert isinstance(report.exception, error)
    assert says in str(report.exception)
