"""Finished articles posted to a real receiver on loopback, which the settings of these tests allow."""

import random
import socket
import threading
from pathlib import Path

import httpx
import pytest

from streams.errors import Unavailable
from tests.unit.agents.claims import SOURCE, claim
from tests.unit.agents.sinks.posting import (
    GREEK,
    TOPIC,
    answers,
    delivered,
    once,
    rejected,
    webhook,
    write_all,
)
from tests.unit.agents.sinks.receiver import Reply, receiving


def test_a_record_comes_as_it_stands_in_kafka_with_its_event_version_and_place(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens")])

    [received] = receiver.received
    assert (received.path, received.body) == ("/articles", {"id": "athens", "n": 7, "title": GREEK})
    wanted = {
        "webhook-id": "e7",
        "content-type": "application/json",
        "copydesk-version": "v007",
        "copydesk-source": SOURCE,
        "copydesk-topic": TOPIC,
        "copydesk-partition": "0",
        "copydesk-offset": "7",
    }
    assert {name: received.headers[name] for name in wanted} == wanted
    assert receiver.unsigned == []


def test_a_takedown_says_so(tmp_path: Path) -> None:
    with receiving() as receiver, webhook(tmp_path, receiver) as sink:
        sink.write([delivered(7, "athens", gone=True)])
    assert [post.body for post in receiver.received] == [{"id": "athens", "taken_down": True}]


def test_a_receiver_that_fails_at_random_gets_each_record_and_those_of_an_article_in_order(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    failures = [
        Reply(status=500),
        Reply(status=503, headers={"retry-after": "0"}),
        Reply(status=0),
        Reply(seconds=1.5),
    ]
    with receiving() as forbidden:
        away = Reply(status=307, headers={"location": forbidden.url})
        script = [chance.choice([*failures, away]) if chance.random() < 0.3 else Reply() for _ in range(3000)]
        # Longer than any pause: it is left alone.
        script[40] = Reply(status=429, headers={"retry-after": "1"})
        records = [delivered(n, f"k{chance.randrange(40)}", gone=n % 9 == 8) for n in range(200)]
        with (
            receiving(lambda number, event: script[number]) as receiver,
            webhook(tmp_path, receiver, timeout_seconds=0.5, concurrency=32) as sink,
        ):
            write_all(sink, records)

    assert (receiver.unsigned, forbidden.connections, rejected(tmp_path)) == ([], 0, [])
    accepted = [post for post in receiver.taken if not post.reply.seconds]
    assert sorted(once(accepted)) == sorted(record.event for record in records)
    for key in {record.key for record in records}:
        wanted = [record.event for record in records if record.key == key]
        assert once([post for post in receiver.received if post.body["id"] == key]) == wanted
        assert once([post for post in accepted if post.body["id"] == key]) == wanted
    assert len(receiver.received) - len(accepted) > 50


def test_articles_go_side_by_side_and_the_records_of_one_do_not(tmp_path: Path) -> None:
    slow = Reply(seconds=0.1)
    with (
        receiving(lambda number, event: slow) as receiver,
        webhook(tmp_path, receiver, concurrency=4) as sink,
    ):
        sink.write([delivered(n, "same") for n in range(4)])
        assert receiver.most_at_once == 1
        sink.write([delivered(n) for n in range(4, 12)])
        assert receiver.most_at_once == 4


def test_what_was_delivered_of_a_batch_does_not_come_again_with_it(tmp_path: Path, impatient: None) -> None:
    batch = [delivered(0), delivered(1, "a"), delivered(2, "a"), delivered(3)]
    script = {"e1": Reply(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        with pytest.raises(
            Unavailable, match=r"http://127.0.0.1:\d+: 2 of 4 records .*: it answers 503 Serv"
        ):
            sink.write(batch)
        assert sorted(post.event for post in receiver.taken) == ["e0", "e3"]
        script.clear()
        sink.write(batch)
    assert sorted(post.event for post in receiver.taken) == ["e0", "e1", "e2", "e3"]


def test_after_a_new_begin_the_records_of_a_partition_are_posted_again(
    tmp_path: Path, impatient: None
) -> None:
    batch = [delivered(0), delivered(1), delivered(1, "other", partition=1)]
    script = {"e1": Reply(status=503)}
    with receiving(answers(script)) as receiver, webhook(tmp_path, receiver) as sink:
        batch[2] = delivered(2, "other", partition=1)
        with pytest.raises(Unavailable):
            sink.write(batch)
        script.clear()
        sink.begin(claim(TOPIC, 0, 0))
        sink.write(batch)
    assert sorted(post.event for post in receiver.taken) == ["e0", "e0", "e1", "e2"]


def test_an_answer_that_drips_and_never_ends_is_given_up_in_time(tmp_path: Path, impatient: None) -> None:
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
    """A header, a letter at a time."""
    try:
        while True:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nx: ")
                while True:
                    connection.sendall(b"a")
                    threading.Event().wait(0.05)
    except OSError:
        pass


def test_a_connection_that_is_never_given_back_costs_one_attempt(tmp_path: Path) -> None:
    """httpcore 1.0.9 lost one when a request was cancelled while its answer was being closed."""
    with (
        receiving() as receiver,
        webhook(tmp_path, receiver, concurrency=1, timeout_seconds=0.5) as sink,
    ):
        lost = httpx.Request("POST", receiver.url, headers={"webhook-id": "lost"}, content=b"{}")
        sink._runner.run(sink._transports[0].handle_async_request(lost))
        sink.write([delivered(0)])
        sink.write([delivered(1)])
    assert once(receiver.received) == ["e0", "e1"]
