"""Which records a webhook sets aside, and the outages at which it sets nothing aside."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from agents.sinks.webhook.sink import Webhook
from streams.core.sink import Delivered
from streams.errors import Unavailable
from tests.unit.agents.claims import SOURCE, TOPIC
from tests.unit.agents.sinks.posting import answers, delivered, once, rejected, webhook, write_all
from tests.unit.agents.sinks.receiver import Answer, always, receiving


def test_a_receiver_that_is_down_is_an_outage_and_sets_nothing_aside(tmp_path: Path, impatient: None) -> None:
    with receiving() as receiver:
        pass
    with webhook(tmp_path, receiver) as sink:
        for _ in range(4):
            with pytest.raises(Unavailable, match="1 of 1 records could not be delivered: ConnectError"):
                sink.write([delivered(0)])
    assert rejected(tmp_path) == []


def test_an_outage_in_the_middle_of_a_batch_sets_nothing_aside(tmp_path: Path, impatient: None) -> None:
    def answer(number: int, event: str) -> Answer:
        return Answer() if event == "e0" and number < 2 else Answer(status=500)

    with receiving(answer) as receiver, webhook(tmp_path, receiver) as sink:
        for _ in range(4):
            with pytest.raises(Unavailable):
                sink.write([delivered(0), delivered(1)])
        assert rejected(tmp_path) == []


def test_a_record_that_the_receiver_rejects_is_set_aside_with_the_reason_and_the_rest_is_delivered(
    tmp_path: Path,
) -> None:
    script = {"e1": Answer(status=422, body=b"title:\tno such letters")}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(0, "a"), delivered(1, "a"), delivered(2, "a"), delivered(3)])

    assert [request.event for request in receiver.requests].count("e1") == 3
    assert sorted(request.event for request in receiver.accepted) == ["e0", "e2", "e3"]
    [aside] = rejected(tmp_path)
    assert aside.pop("at").endswith("+00:00")
    assert aside == {
        "reason": "it answers 422 Unprocessable Entity: title: no such letters",
        "id": "a",
        "event": "e1",
        "source": SOURCE,
        "topic": TOPIC,
        "partition": 0,
        "offset": 1,
        "version": "v001",
        "record": {"id": "a", "n": 1, "title": "Αθήνα 🏛"},
    }


def test_a_record_that_makes_the_receiver_fail_is_set_aside_once_another_is_accepted(
    tmp_path: Path, impatient: None
) -> None:
    script = {"e1": Answer(status=500)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        assert write_all(sink, [delivered(n) for n in range(3)]) > 0
    [aside] = rejected(tmp_path)
    assert aside["event"] == "e1"
    assert aside["reason"] == "it answers 500 Internal Server Error, while another record is accepted"
    assert set(once(receiver.accepted)) == {"e0", "e2"}


@pytest.mark.parametrize("status", [401, 429, 503])
def test_an_answer_that_any_record_may_get_sets_none_aside_though_others_are_accepted(
    tmp_path: Path, impatient: None, status: int
) -> None:
    with receiving(answers({"e1": Answer(status=status)})) as receiver, webhook(tmp_path, receiver) as sink:
        assert write_all(sink, [delivered(n) for n in range(3)], most=8) == 8
    assert rejected(tmp_path) == []
    assert set(once(receiver.accepted)) == {"e0", "e2"}


def write_patiently(sink: Webhook, batch: Sequence[Delivered]) -> None:
    """Writes a batch, and once more after an outage. Raises what the second attempt raises."""
    with suppress(Unavailable):
        sink.write(batch)
    sink.write(batch)


def test_at_the_limit_of_rejections_the_sink_stops_and_a_restart_does_not_help(
    tmp_path: Path, impatient: None
) -> None:
    with receiving(always(Answer(status=400))) as receiver:
        for _ in range(2):
            with (
                webhook(tmp_path, receiver, rejected_most=3) as sink,
                pytest.raises(Unavailable, match=r"3 records were rejected: read the reasons in .*, then"),
            ):
                write_patiently(sink, [delivered(n) for n in range(6)])
        assert len(rejected(tmp_path)) == 3
        for path in (tmp_path / "rejected").iterdir():
            path.unlink()
        with webhook(tmp_path, receiver, rejected_most=3) as sink:
            sink.write([delivered(7)])
    assert [entry["event"] for entry in rejected(tmp_path)] == ["e7"]
