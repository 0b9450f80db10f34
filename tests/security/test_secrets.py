"""No secret is written anywhere, by processes that log all they can and meet what is wrong."""

import socket
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.support.harness import UnderTest, order, until
from tests.support.watching import ask, events, watch
from tests.unit.agents.sinks.receiver import KEY, Says, receiving

pytestmark = pytest.mark.kafka

PASSWORD, DATABASE, TOKEN = "Pa55-of-kafka-uKqv", "hunter2-of-the-database", "tok3n-of-the-intake"
SECRETS = (PASSWORD, DATABASE, TOKEN, KEY, KEY.removeprefix("whsec_"))
SINKS = """
[sinks.webhook]
url = "{url}"
allow_http = true
allow_private = "127.0.0.1:{port}"
refused_folder = "{folder}/refused"
[sinks.sql]
"""


@pytest.fixture
def desk(toy: UnderTest) -> Iterator[UnderTest]:
    """The toy desk with a database that is away, a receiver that refuses all, and all secrets there are."""
    with closing(socket.socket()) as away, receiving(lambda _, __: Says(status=400, body=b"no")) as receiver:
        away.bind(("127.0.0.1", 0))
        watch(toy, _free())
        toy.configure(unavailable_seconds=2)
        path = toy.folder / "copydesk.toml"
        sinks = SINKS.format(url=receiver.url, port=receiver.port, folder=toy.folder)
        path.write_text(path.read_text() + sinks)
        toy.environment |= {
            "COPYDESK_LOG_LEVEL": "debug",
            "COPYDESK_SECURITY__USERNAME": "desk",
            "COPYDESK_SECURITY__PASSWORD": PASSWORD,
            "COPYDESK_SINKS__SQL__URL": f"postgresql://desk:{DATABASE}@127.0.0.1:{away.getsockname()[1]}/news",
            "COPYDESK_SINKS__WEBHOOK__SECRET": KEY,
            "COPYDESK_INTAKE__TOKEN": TOKEN,
        }
        toy.create_topics()
        yield toy


def _free() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_no_secret_is_in_a_log_a_metric_a_record_a_letter_a_file_or_what_a_command_says(
    desk: UnderTest,
) -> None:
    desk.publish([order(1), order(2, do="fail")])
    desk.start()
    desk.start("sink", "webhook")
    database = desk.start("sink", "sql")
    until(lambda: [*desk.folder.rglob("refused/*")], "the record that the receiver refuses is set aside")
    said = [*_intake(desk), *(ask(desk, "/metrics", number)[1] for number in (0, 1))]
    assert database.wait(60) == 1
    assert "Connection refused" in desk.log(2)

    for command in (("config", "show"), ("status",), ("dlq", "list", "--json"), ("topics", "check")):
        done = desk.run(*command)
        said += [done.stdout, done.stderr]
    for name in ("order", "result", "dead.toy", "dead.resolved"):
        said += [str(one) for one in desk.read(name)]
    files = [path for path in desk.folder.rglob("*") if path.is_file()]
    said += [path.read_bytes().decode("latin-1") for path in files]

    assert {path.name for path in files} >= {"worker-0.log", "worker-1.log", "worker-2.log", "worker-3.log"}
    assert len(desk.read("dead.toy")) == 1
    assert [secret for secret in SECRETS for one in said if secret in one] == []


def _intake(desk: UnderTest) -> list[str]:
    """Ask it with the token and with a wrong one: what it answers."""
    desk.start("intake", "--port", "0")
    port = until(lambda: [one["port"] for one in events(desk, 3) if "port" in one], "the intake listens")[0]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as http:
        answers = [
            http.post("/pages", json=order(3), headers={"Authorization": f"Bearer {one}"})
            for one in (TOKEN, f"{TOKEN[:-1]}x")
        ]
    assert httpx.codes.UNAUTHORIZED not in {answers[0].status_code, 500}
    assert answers[1].status_code == httpx.codes.UNAUTHORIZED
    return [one.text for one in answers]
