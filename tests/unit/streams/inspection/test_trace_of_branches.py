"""What `trace` tells of an article in a desk with branches."""

from dataclasses import replace

from kafka import TopicPartition

from streams.cli.trace import page
from streams.core.message import Message
from streams.core.pipeline import Desk
from streams.dead_letters.record import CONNECT
from streams.inspection.trace.finding import Found
from streams.inspection.trace.story import Story
from streams.inspection.trace.telling import tell
from streams.inspection.trace.tree import drawn
from streams.settings import load_settings
from tests.support.drawn_desk import drawn_desk

DESK = drawn_desk(
    *("raw > sort > big, small", "big > pack > packed", "big > price > priced", "priced > bill > bills"),
)
SINKS = {"a": {"reads": "small"}, "b": {"reads": "priced"}}
SETTINGS = load_settings(prefix="t")
GROUPS = {"raw": ["sort"], "big": ["pack", "price"], "priced": ["bill"]}


def message(topic: str, offset: int = 0, value: bytes | None = b"{}", **headers: str) -> Message:
    """A record of the article, made of `t.raw/0/7`."""
    ours = {"copydesk_raw": "t.raw/0/7", "copydesk_received": "1000", "ce_id": f"{topic}{offset}", **headers}
    return Message(
        topic=f"t.{topic}",
        partition=0,
        offset=offset,
        timestamp=1000 + offset,
        key=b"k",
        value=value,
        headers=tuple((name.replace("__dot__", "."), text.encode()) for name, text in ours.items()),
    )


RAW = replace(message("raw", 7), headers=())


def story(
    *made: Message, desk: Desk = DESK, unread: tuple[str, ...] = (), value: bytes | None = b"{}"
) -> Story:
    """What is told, where all stages have acknowledged everything but those that are `unread`."""
    offsets = {
        f"copydesk.t.{stage}": {TopicPartition(f"t.{topic}", 0): 0 if stage in unread else 100}
        for topic, stages in GROUPS.items()
        for stage in stages
    }
    raw = {RAW.coordinates: replace(RAW, value=value)}
    settings = SETTINGS.model_copy(update={"sinks": SINKS if desk is DESK else {}})
    return tell(settings, desk, "k", Found(key=b"k", raw=raw, made=made, ledger={}, offsets=offsets))


def steps(told: Story) -> list[tuple[str | None, str, str]]:
    [revision] = told.revisions
    return [(step.after, step.stage, step.fate) for step in revision.steps]


BOTH = (message("big"), message("small"))


def test_each_step_says_after_which_stage_it_comes() -> None:
    told = story(*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))

    assert steps(told) == [
        (None, "sort", "sent"),
        (None, "sort", "sent"),
        ("sort", "pack", "sent"),
        ("sort", "price", "sent"),
        ("price", "bill", "sent"),
    ]
    assert (told.now, told.stands) == ("finished", "t.small/0/0")
    assert told.stands_on == {
        "t.small": "t.small/0/0",
        "t.packed": "t.packed/0/1",
        "t.bills": "t.bills/0/3",
    }
    assert told.revisions[0].sinks == {"a": "waiting", "b": "waiting"}


def test_the_outputs_of_a_stage_stand_in_their_order_whatever_kafka_took_first() -> None:
    told = story(message("small", 0), message("big", 5), unread=("pack", "price"))

    [revision] = told.revisions
    assert [step.place for step in revision.steps][:2] == ["t.big/0/5", "t.small/0/0"]


def test_it_waits_while_one_branch_does() -> None:
    told = story(*BOTH, message("packed", 1), unread=("price",))

    assert steps(told)[2:] == [("sort", "pack", "sent"), ("sort", "price", "waiting")]
    assert told.now == "waiting"
    assert set(told.stands_on) == {"t.small", "t.packed"}


def test_a_branch_that_it_was_not_sent_to_has_no_step() -> None:
    told = story(message("small"))

    assert steps(told) == [(None, "sort", "sent")]
    assert (told.now, told.stands_on) == ("finished", {"t.small": "t.small/0/0"})


def test_it_is_dead_where_one_branch_could_not_do_it() -> None:
    place = {
        f"{CONNECT}{name}": text for name, text in (("topic", "t.big"), ("partition", "0"), ("offset", "0"))
    }
    letter = message("dead.price", 4, copydesk_reason="failed", **place)
    told = story(*BOTH, message("packed", 1), letter)

    assert steps(told)[2:] == [("sort", "pack", "sent"), ("sort", "price", "dead")]
    assert told.now == "dead"


def test_it_is_finished_where_the_other_branch_discards_it() -> None:
    told = story(*BOTH, message("packed", 1), message("discarded", ce_source="/copydesk/t/price"))

    assert steps(told)[2:] == [("sort", "pack", "sent"), ("sort", "price", "discarded")]
    assert told.now == "finished"


def test_of_what_no_topic_tells_any_more_the_stage_is_not_known() -> None:
    told = story(message("bills", 3))

    assert steps(told) == [
        (None, "sort", "not known"),
        ("sort", "pack", "not known"),
        ("sort", "price", "not known"),
        ("price", "bill", "sent"),
    ]
    assert told.now == "finished"


def test_a_takedown_passes_along_every_branch() -> None:
    made = (
        replace(one, value=None)
        for one in (*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))
    )
    told = story(*made, value=None)

    assert {fate for _, _, fate in steps(told)} == {"taken down"}
    assert (told.now, told.stands_on) == ("taken down", {})


def test_branches_are_drawn_as_a_tree() -> None:
    told = story(*BOTH, message("packed", 1), message("priced", 2), message("bills", 3))

    lines = [(line, step.stage) for line, step in drawn(told.revisions[0].steps)]
    assert lines == [("", "sort"), ("", "sort"), ("├ ", "pack"), ("└ ", "price"), ("  ", "bill")]
    shown = page(told).plain.splitlines()
    assert shown[2] == "readers have t.small/0/0, t.packed/0/1, t.bills/0/3"
    assert [line[:14] for line in shown[5:10]] == [
        "  sort        ",
        "  sort        ",
        "  ├ pack      ",
        "  └ price     ",
        "    bill      ",
    ]


def test_without_branches_nothing_is_drawn() -> None:
    chain = drawn_desk("raw > sort > big", "big > price > priced", "priced > bill > bills")
    told = story(message("big"), message("priced", 1), message("bills", 2), desk=chain)

    assert [line for line, _ in drawn(told.revisions[0].steps)] == ["", "", ""]
