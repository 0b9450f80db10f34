"""A webhook sink on a real broker, its receiver failing: each article comes, in order, whoever died."""

import json
import random
import signal

import pytest

from tests.support.harness import UnderTest, header, order, until
from tests.unit.agents.sinks.receiver import KEY, ReceivedPost, Reply, receiving

pytestmark = pytest.mark.kafka

RECORDS, ARTICLES = 400, 50


def publish(toy: UnderTest) -> None:
    """Results as the last stage writes them: of several articles, takedowns among them."""
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
        for one in sent:
            one.get(timeout=30)


def test_a_receiver_that_fails_and_two_kill_9_and_each_record_comes_in_order(toy: UnderTest) -> None:
    chance = random.Random(7)
    with receiving() as forbidden:
        failures = [
            Reply(status=500),
            Reply(status=503, headers={"retry-after": "0"}),
            Reply(status=0),
            Reply(seconds=2),
            Reply(status=307, headers={"location": f"http://localhost:{forbidden.port}/articles"}),
        ]
        with receiving(
            lambda number, event: chance.choice(failures) if chance.random() < 0.3 else Reply()
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

            def accepted() -> dict[str, ReceivedPost]:
                return {one.event: one for one in receiver.taken if not one.reply.seconds}

            for share in (0.2, 0.5):
                sink = toy.start("sink", "hook")
                until(lambda share=share: len(accepted()) > RECORDS * share, "records are coming")
                sink.kill()
                sink.wait()
            last = toy.start("sink", "hook")
            until(lambda: len(accepted()) == RECORDS, "all records have come")
            last.send_signal(signal.SIGTERM)
            assert last.wait(40) == 0

    assert (receiver.unsigned, forbidden.connections) == ([], 0)
    assert list((toy.folder / "rejected").glob("*.jsonl")) == []
    for record in toy.read("result"):
        wanted = json.loads(record.value or b'{"id": "%s", "taken_down": true}' % record.key)
        assert accepted()[header(record, "ce_id")].body == wanted
    for article in range(ARTICLES):
        # After a kill some come again; so it is the first coming of each that must be in order.
        events = dict.fromkeys(one.event for one in receiver.received if one.body["id"] == f"k{article}")
        assert list(events) == [f"e{n}" for n in range(article, RECORDS, ARTICLES)]
