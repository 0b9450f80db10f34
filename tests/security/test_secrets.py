"""No secret is written anywhere, by processes that log everything and meet every kind of failure."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.support.http.probes import ask, events, watch
from tests.support.pipelines.harness import UnderTest, order, until
from tests.unit.agents.sinks.receiver import KEY, Answer, receiving

pytestmark = pytest.mark.kafka

PASSWORD, DATABASE, TOKEN = "Pa55-of-kafka-uKqv", "hunter2-of-the-database", "tok3n-of-the-ingest"
SECRETS = (PASSWORD, DATABASE, TOKEN, KEY, KEY.removeprefix("whsec_"))
SINKS = """
[sinks.webhook]
url = "{url}"
allow_http = true
allow_private = "127.0.0.1:{port}"
rejected_folder = "{folder}/rejected"
[sinks.sql]
"""


@pytest.fixture
def pipeline(toy: UnderTest) -> Iterator[UnderTest]:
    """The toy pipeline with a database that is down, a receiver that rejects everything, and all secrets."""
    with (
        closing(socket.socket()) as unavailable,
        receiving(lambda _, __: Answer(status=400, body=b"no")) as receiver,
    ):
        unavailable.bind(("127.0.0.1", 0))
        port = unavailable.getsockname()[1]
        watch(toy, _free())
        toy.configure(unavailable_seconds=2)
        path = toy.folder / "copydesk.toml"
        sinks = SINKS.format(url=receiver.url, port=receiver.port, folder=toy.folder)
        path.write_text(path.read_text() + sinks)
        toy.environment |= {
            "COPYDESK_LOG_LEVEL": "debug",
            "COPYDESK_SECURITY__USERNAME": "pipeline",
            "COPYDESK_SECURITY__PASSWORD": PASSWORD,
            "COPYDESK_SINKS__SQL__URL": f"postgresql://pipeline:{DATABASE}@127.0.0.1:{port}/news",
            "COPYDESK_SINKS__WEBHOOK__SECRET": KEY,
            "COPYDESK_INGEST__TOKEN": TOKEN,
        }
        toy.create_topics()
        yield toy


def _free() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_no_secret_is_in_a_log_a_metric_a_record_a_dead_letter_a_file_or_the_output_of_a_command(
    pipeline: UnderTest,
) -> None:
    pipeline.publish([order(1), order(2, do="fail")])
    pipeline.start()
    pipeline.start("sink", "webhook")
    database = pipeline.start("sink", "sql")
    until(lambda: [*pipeline.folder.rglob("rejected/*")], "the record that the receiver rejects is set aside")
    texts = [*_ingest(pipeline), *(ask(pipeline, "/metrics", number)[1] for number in (0, 1))]
    assert database.wait(60) == 1
    assert "Connection refused" in pipeline.log(2)

    for command in (("config", "show"), ("status",), ("dlq", "list", "--json"), ("topics", "check")):
        process = pipeline.run(*command)
        texts += [process.stdout, process.stderr]
    for name in ("order", "result", "dead.toy", "dead.resolved"):
        texts += [str(record) for record in pipeline.read(name)]
    files = [path for path in pipeline.folder.rglob("*") if path.is_file()]
    texts += [path.read_bytes().decode("latin-1") for path in files]

    assert {path.name for path in files} >= {"worker-0.log", "worker-1.log", "worker-2.log", "worker-3.log"}
    assert len(pipeline.read("dead.toy")) == 1
    assert [secret for secret in SECRETS for text in texts if secret in text] == []


def _ingest(pipeline: UnderTest) -> list[str]:
    """The answers of the ingest API, to a request with the token and to a request with a wrong token."""
    pipeline.start("ingest", "--port", "0")
    port = until(
        lambda: [event["port"] for event in events(pipeline, 3) if "port" in event], "the ingest API listens"
    )[0]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        answers = [
            http.post("/pages", json=order(3), headers={"Authorization": f"Bearer {token}"})
            for token in (TOKEN, f"{TOKEN[:-1]}x")
        ]
    assert httpx.codes.UNAUTHORIZED not in {answers[0].status_code, 500}
    assert answers[1].status_code == httpx.codes.UNAUTHORIZED
    return [answer.text for answer in answers]
