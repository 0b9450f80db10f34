"""A webhook sink on a real broker: each record arrives in order, although receiver and sink fail."""

import json
import random
import signal

import pytest

from tests.support.pipelines.harness import UnderTest, header, order, until
from tests.unit.agents.sinks.receiver import KEY, Answer, ReceivedRequest, receiving

pytestmark = pytest.mark.kafka

RECORDS, ARTICLES = 400, 50


def publish(toy: UnderTest) -> None:
    """Write results of several articles as the last stage does, with takedowns among them."""
    with toy.producer() as out:
        sent = [
            out.send(
                toy.topic("result"),
                key=f"k{n % ARTICLES}".encode(),
                value=None if n % 20 == 7 else json.dumps(order(n, key=f"k{n % ARTICLES}")).encode(),
                headers=[("ce_id", b"e%d" % n), ("ce_source", b"/toy")],
            )
            for n in range(RECORDS)
        ]
        for future in sent:
            future.get(timeout=30)


def test_with_a_failing_receiver_and_two_kill_9_each_record_arrives_in_order(toy: UnderTest) -> None:
    chance = random.Random(7)
    with receiving() as forbidden:
        failures = [
            Answer(status=500),
            Answer(status=503, headers={"retry-after": "0"}),
            Answer(status=0),
            Answer(seconds=2),
            Answer(status=307, headers={"location": f"http://localhost:{forbidden.port}/articles"}),
        ]
        with receiving(
            lambda number, event: chance.choice(failures) if chance.random() < 0.3 else Answer()
        ) as receiver:
            toy.configure(partitions=3)
            with (toy.folder / "copydesk.toml").open("a") as file:
                file.write(
                    f'[sinks.hook]\nkind = "webhook"\nurl = "{receiver.url}"\nallow_http = true\n'
                    f'secret = "{KEY}"\nallow_private = "127.0.0.1:{receiver.port}"\n'
                    f"timeout_seconds = 0.5\nconcurrency = 16\n"
                    f'rejected_folder = "{toy.folder / "rejected"}"\n'
                )
            toy.create_topics()
            publish(toy)

            def accepted() -> dict[str, ReceivedRequest]:
                return {request.event: request for request in receiver.accepted if not request.answer.seconds}

            for share in (0.2, 0.5):
                sink = toy.start("sink", "hook")
                until(lambda share=share: len(accepted()) > RECORDS * share, "records are coming")
                sink.kill()
                sink.wait()
            last = toy.start("sink", "hook")
            until(lambda: len(accepted()) == RECORDS, "all records have arrived")
            last.send_signal(signal.SIGTERM)
            assert last.wait(40) == 0

    assert (receiver.unsigned, forbidden.connections) == ([], 0)
    assert list((toy.folder / "rejected").glob("*.jsonl")) == []
    for record in toy.read("result"):
        wanted = json.loads(record.value or b'{"id": "%s", "taken_down": true}' % record.key)
        assert accepted()[header(record, "ce_id")].body == wanted
    for article in range(ARTICLES):
        # After a kill some records arrive again, so the first arrivals must be in order.
        requests = [request for request in receiver.requests if request.body["id"] == f"k{article}"]
        events = dict.fromkeys(request.event for request in requests)
        assert list(events) == [f"e{n}" for n in range(article, RECORDS, ARTICLES)]
