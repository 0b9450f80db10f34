"""A webhook posts nothing once another process may have taken over, and reports another Kafka log."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from agents.sinks.webhook.response import RetryLater
from streams.core.sink import Claim
from streams.errors import Fenced, Unavailable
from tests.support.pipelines.harness import until
from tests.unit.agents.claims import claim
from tests.unit.agents.sinks.certificate import certified
from tests.unit.agents.sinks.posting import delivered, once, rejected, resolving, webhook
from tests.unit.agents.sinks.receiver import Answer, always, receiving


def claimed(still_ours: Callable[[], None]) -> Claim:
    return replace(claim(0, 0), still_ours=still_ours)


def lost() -> None:
    raise Fenced("others have taken over")


def silent() -> None:
    raise Unavailable("Kafka has not answered for 31.0 s")


@pytest.mark.parametrize("tls", [False, True])
def test_once_the_partition_is_lost_no_further_record_of_the_batch_is_sent(tmp_path: Path, tls: bool) -> None:
    context, pem = certified("hooks.example", tmp_path) if tls else (None, "")
    with receiving(tls=context) as receiver:
        settings = {"url": receiver.url_at("hooks.example"), "concurrency": 1, "ca_file": str(pem)}
        with webhook(tmp_path, receiver, resolving(["127.0.0.1"]), **settings) as sink:

            def still_ours() -> None:
                if len(receiver.requests) >= 2:
                    lost()

            sink.begin(claimed(still_ours))
            with pytest.raises(Fenced, match="others have taken over"):
                sink.write([delivered(n) for n in range(3)])
        assert once(receiver.requests) == ["e0", "e1"]


def test_a_pause_between_the_check_and_the_post_lets_no_old_record_through(tmp_path: Path) -> None:
    """A process may be stopped while it connects: so the claim is checked again right before it sends."""
    checks: list[Callable[[], None]] = [lambda: None]

    async def lookup(host: str, port: int) -> list[str]:
        checks[0] = lost  # while it was stopped, another process took over
        return ["127.0.0.1"]

    with receiving() as receiver:
        with webhook(tmp_path, receiver, lookup, url=receiver.url_at("hooks.example")) as sink:
            sink.begin(claimed(lambda: checks[0]()))
            with pytest.raises(Fenced):
                sink.write([delivered(0)])
        until(lambda: receiver.connections == 1, "the receiver has seen the connection")
        assert receiver.requests == []


def test_while_kafka_does_not_answer_nothing_is_sent_or_set_aside_and_afterwards_everything(
    tmp_path: Path, impatient: None
) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.begin(claimed(silent))
        for _ in range(5):
            with pytest.raises(Unavailable, match=r"2 of 2 records could not .* Kafka has not answered"):
                sink.write([delivered(0), delivered(1)])
        assert (receiver.requests, rejected(tmp_path)) == ([], [])
        sink.begin(claim(0, 0))
        sink.write([delivered(0), delivered(1)])
        assert sorted(once(receiver.accepted)) == ["e0", "e1"]


def test_that_kafka_does_not_answer_is_not_blamed_on_the_record(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.begin(claimed(silent))
        answer = sink._runner.run(sink._delivery._post(delivered(0)))
    assert answer == RetryLater(reason="Kafka has not answered for 31.0 s", alike=True)


def test_another_log_is_reported_once_and_its_records_name_it(tmp_path: Path) -> None:
    with receiving() as receiver:
        for source, warnings in (("before", 0), ("before", 0), ("now", 1), ("now", 0)):
            with structlog.testing.capture_logs() as logs, webhook(tmp_path, receiver) as sink:
                sink.begin(claim(0, 0, source=source))
                sink.write([replace(delivered(0), source=source)])
            assert len([entry for entry in logs if "another log than before" in entry["event"]]) == warnings
    sources = [request.headers["copydesk-source"] for request in receiver.requests]
    assert sources == ["before", "before", "now", "now"]


def test_a_rejected_record_at_the_same_offset_of_another_log_is_set_aside_too(tmp_path: Path) -> None:
    with receiving(always(Answer(status=422))) as receiver, webhook(tmp_path, receiver) as sink:
        for source in ("before", "now", "now"):
            sink.begin(claim(0, 0, source=source))
            sink.write([replace(delivered(0), source=source)])
    assert [entry["source"] for entry in rejected(tmp_path)] == ["before", "now"]
