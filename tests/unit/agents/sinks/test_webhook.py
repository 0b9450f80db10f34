"""Finished articles are posted to a real receiver on loopback, which the settings of these tests allow."""

import random
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from streams.errors import Unavailable
from tests.unit.agents.claims import SOURCE, TOPIC, claim
from tests.unit.agents.sinks.posting import answers, delivered, once, rejected, webhook, write_all
from tests.unit.agents.sinks.receiver import Answer, always, receiving


def test_a_record_is_posted_as_it_is_in_kafka_with_its_event_version_and_offset(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens")])

    [request] = receiver.requests
    assert (request.path, request.body) == ("/articles", {"id": "athens", "n": 7, "title": "Αθήνα 🏛"})
    wanted = {
        "webhook-id": "e7",
        "content-type": "application/json",
        "copydesk-version": "v007",
        "copydesk-source": SOURCE,
        "copydesk-topic": TOPIC,
        "copydesk-partition": "0",
        "copydesk-offset": "7",
    }
    assert {name: request.headers[name] for name in wanted} == wanted
    assert receiver.unsigned == []


def test_a_header_says_when_kafka_received_the_page_of_an_article_or_its_takedown(tmp_path: Path) -> None:
    version = "0001772528399000-0001772528400123-000003-00000000000000000017"
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        for offset, gone, named in ((7, False, version), (8, True, version), (9, False, "v009")):
            sink.write([replace(delivered(offset, "athens", gone=gone), version=named)])

    times = [request.headers.get("copydesk-received-at") for request in receiver.requests]
    assert times == ["2026-03-03T09:00:00.123Z", "2026-03-03T09:00:00.123Z", None]


def test_a_takedown_is_posted_as_such(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens", gone=True)])
    assert [request.body for request in receiver.requests] == [{"id": "athens", "taken_down": True}]


def test_a_receiver_that_fails_at_random_gets_every_record_and_those_of_an_article_in_order(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    with receiving() as forbidden:
        redirect = Answer(status=307, headers={"location": forbidden.url})
        busy = Answer(status=503, headers={"retry-after": "0"})
        failures = [Answer(status=500), busy, Answer(status=0), Answer(seconds=1.5), redirect]
        script = [chance.choice(failures) if chance.random() < 0.3 else Answer() for _ in range(3000)]
        # Here the receiver asks to be left alone for a second.
        script[40] = Answer(status=429, headers={"retry-after": "1"})
        records = [delivered(n, f"k{chance.randrange(40)}", gone=n % 9 == 8) for n in range(200)]
        with (
            receiving(lambda number, event: script[number]) as receiver,
            webhook(tmp_path, receiver, timeout_seconds=0.5, concurrency=32) as sink,
        ):
            write_all(sink, records)

    assert (receiver.unsigned, forbidden.connections, rejected(tmp_path)) == ([], 0, [])
    accepted = [request for request in receiver.accepted if not request.answer.seconds]
    assert sorted(once(accepted)) == sorted(record.event for record in records)
    for key in {record.key for record in records}:
        wanted = [record.event for record in records if record.key == key]
        assert once([request for request in receiver.requests if request.body["id"] == key]) == wanted
        assert once([request for request in accepted if request.body["id"] == key]) == wanted
    assert len(receiver.requests) - len(accepted) > 50


def test_articles_are_sent_in_parallel_and_the_records_of_an_article_in_turn(tmp_path: Path) -> None:
    slow = always(Answer(seconds=0.1))
    with receiving(slow) as receiver, webhook(tmp_path, receiver, concurrency=4) as sink:
        sink.write([delivered(n, "same") for n in range(4)])
        assert receiver.most_at_once == 1
        sink.write([delivered(n) for n in range(4, 12)])
        assert receiver.most_at_once == 4


def test_a_retried_batch_leaves_out_the_records_that_were_delivered(tmp_path: Path, impatient: None) -> None:
    batch = [delivered(0), delivered(1, "a"), delivered(2, "a"), delivered(3)]
    script = {"e1": Answer(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        with pytest.raises(Unavailable, match=r"http://127.0.0.1:\d+: 2 of 4 .*: it answers 503 Serv"):
            sink.write(batch)
        assert sorted(request.event for request in receiver.accepted) == ["e0", "e3"]
        script.clear()
        sink.write(batch)
    assert sorted(request.event for request in receiver.accepted) == ["e0", "e1", "e2", "e3"]


def test_after_a_new_claim_of_a_partition_its_records_are_sent_again(tmp_path: Path, impatient: None) -> None:
    batch = [delivered(0), delivered(1), delivered(2, "other", partition=1)]
    script = {"e1": Answer(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        with pytest.raises(Unavailable):
            sink.write(batch)
        script.clear()
        sink.begin(claim(0, 0))
        sink.write(batch)
    assert sorted(request.event for request in receiver.accepted) == ["e0", "e0", "e1", "e2"]


def test_an_answer_that_trickles_in_forever_is_given_up_in_time(tmp_path: Path, impatient: None) -> None:
    with receiving() as receiver, socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        settings = {"url": f"http://127.0.0.1:{port}/", "allow_private": "127.0.0.1", "timeout_seconds": 0.5}
        with (
            webhook(tmp_path, receiver, **settings) as sink,
            pytest.raises(Unavailable, match=r"no answer within 0\.5 s"),
        ):
            sink.write([delivered(0)])


def _drip(server: socket.socket) -> None:
    """Sends a header, letter by letter."""
    with suppress(OSError):
        connection, _ = server.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
            while True:
                connection.sendall(b"a")
                threading.Event().wait(0.05)


def test_a_connection_that_is_never_given_back_costs_a_single_attempt(tmp_path: Path) -> None:
    """httpcore 1.0.9 lost a connection when a request was cancelled while its answer was being closed."""
    alone = {"concurrency": 1, "timeout_seconds": 0.5}
    with receiving() as receiver, webhook(tmp_path, receiver, **alone) as sink:
        lost = httpx.Request("POST", receiver.url, headers={"webhook-id": "lost"}, content=b"{}")
        sink._runner.run(sink._transports[0].handle_async_request(lost))
        sink.write([delivered(0)])
        sink.write([delivered(1)])
    assert once(receiver.requests) == ["e0", "e1"]
