"""No secret is written anywhere, by processes that log all they can and meet what is wrong."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.support.harness import UnderTest, order, until
from tests.support.watching import ask, events, watch
from tests.unit.agents.sinks.receiver import KEY, Reply, receiving

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
    """The toy pipeline with a database that is away, a receiver that rejects all, and all secrets there
    are."""
    with closing(socket.socket()) as away, receiving(lambda _, __: Reply(status=400, body=b"no")) as receiver:
        away.bind(("127.0.0.1", 0))
        watch(toy, _free())
        toy.configure(unavailable_seconds=2)
        path = toy.folder / "copydesk.toml"
        sinks = SINKS.format(url=receiver.url, port=receiver.port, folder=toy.folder)
        path.write_text(path.read_text() + sinks)
        toy.environment |= {
            "COPYDESK_LOG_LEVEL": "debug",
            "COPYDESK_SECURITY__USERNAME": "pipeline",
            "COPYDESK_SECURITY__PASSWORD": PASSWORD,
            "COPYDESK_SINKS__SQL__URL": f"postgresql://pipeline:{DATABASE}@127.0.0.1:{away.getsockname()[1]}/news",
            "COPYDESK_SINKS__WEBHOOK__SECRET": KEY,
            "COPYDESK_INGEST__TOKEN": TOKEN,
        }
        toy.create_topics()
        yield toy


def _free() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_no_secret_is_in_a_log_a_metric_a_record_a_dead_letter_a_file_or_what_a_command_says(
    pipeline: UnderTest,
) -> None:
    pipeline.publish([order(1), order(2, do="fail")])
    pipeline.start()
    pipeline.start("sink", "webhook")
    database = pipeline.start("sink", "sql")
    until(lambda: [*pipeline.folder.rglob("rejected/*")], "the record that the receiver rejects is set aside")
    said = [*_ingest(pipeline), *(ask(pipeline, "/metrics", number)[1] for number in (0, 1))]
    assert database.wait(60) == 1
    assert "Connection refused" in pipeline.log(2)

    for command in (("config", "show"), ("status",), ("dlq", "list", "--json"), ("topics", "check")):
        done = pipeline.run(*command)
        said += [done.stdout, done.stderr]
    for name in ("order", "result", "dead.toy", "dead.resolved"):
        said += [str(one) for one in pipeline.read(name)]
    files = [path for path in pipeline.folder.rglob("*") if path.is_file()]
    said += [path.read_bytes().decode("latin-1") for path in files]

    assert {path.name for path in files} >= {"worker-0.log", "worker-1.log", "worker-2.log", "worker-3.log"}
    assert len(pipeline.read("dead.toy")) == 1
    assert [secret for secret in SECRETS for one in said if secret in one] == []


def _ingest(pipeline: UnderTest) -> list[str]:
    """Ask it with the token and with a wrong one: what it answers."""
    pipeline.start("ingest", "--port", "0")
    port = until(
        lambda: [one["port"] for one in events(pipeline, 3) if "port" in one], "the ingest API listens"
    )[0]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        answers = [
            http.post("/pages", json=order(3), headers={"Authorization": f"Bearer {one}"})
            for one in (TOKEN, f"{TOKEN[:-1]}x")
        ]
    assert httpx.codes.UNAUTHORIZED not in {answers[0].status_code, 500}
    assert answers[1].status_code == httpx.codes.UNAUTHORIZED
    return [one.text for one in answers]
