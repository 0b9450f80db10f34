"""A Kafka with TLS, logins and an authorizer: the whole desk on it, and what is told where it is refused."""

import gc
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import UserScramCredentialUpsertion

from streams import client
from streams.broker.credentials import system_authorities
from streams.errors import BrokerError
from streams.opening import opened
from streams.settings import load_settings
from tests import documents
from tests.kafka.harness import PATIENCE, until
from tests.kafka.intake import TOKEN, Intake
from tests.kafka.secured import Secured, secured_broker
from tests.kafka.secured_desk import Desk, all_of, all_run, asked_by, settings_of

pytestmark = pytest.mark.kafka

ROLES = ("clean", "entities", "summaries", "sink-jsonl", "scraper", "consumer", "operator")
PASSWORDS = {name: f"Pa55-{name}-uKqv" for name in (*ROLES, "nobody", "changed")}
URL = "https://harbour-courier.example/2026/03/ferry"
PAGE = {
    "url": URL,
    "title": "The ferry sails again",
    "text": " ".join(
        f"The ferry to Ryde sails again at {hour} o'clock from Monday, the harbour office in Portsmouth said."
        for hour in range(5, 20)
    ),
    "fetched_at": "2026-03-03T09:00:00Z",
}
HIDDEN = re.compile(r"Pa55|uKqv|hunter2-of-the-database")

PROCESSES = {
    "worker clean": ("worker", "clean"),
    "sink jsonl": ("sink", "jsonl"),
    "intake": ("intake", "--port", "0"),
    "publish": ("publish", "-"),
    "up": ("up",),
}
COMMANDS = {
    **PROCESSES,
    "topics create": ("topics", "create"),
    "topics check": ("topics", "check"),
    "tail": ("tail", "raw"),
    "status": ("status",),
    "dlq list": ("dlq", "list"),
    "trace": ("trace", URL),
    "kafka topics": ("kafka", "topics", "--list"),
}


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """With a user for each role of the document, who may do what the document's commands say."""
    with secured_broker(tmp_path_factory.mktemp("secured"), PASSWORDS) as node:
        [block] = documents.GENERATED.findall(documents.SECURITY.read_text("utf-8"))
        lines = [line for line in block.splitlines() if line.startswith("copydesk ")]
        # A Java a line takes a minute in all: one role's by the real tool, the others' as it would ask.
        tool, others = [[x for x in lines if ("User:clean" in x) is own] for own in (True, False)]
        environment = {**os.environ, "COPYDESK_BOOTSTRAP_SERVERS": node.broker.bootstrap_servers}
        for line in tool:
            words = [sys.executable, "-m", "streams", *shlex.split(line)[1:]]
            subprocess.run(words, env=environment, check=True, capture_output=True, timeout=PATIENCE)
        admin = opened(KafkaAdminClient, bootstrap_servers=node.broker.bootstrap_servers)
        admin.create_acls([one for line in others for one in asked_by(line)])
        admin.close()
        yield node


@pytest.fixture(scope="module")
def desk(kafka: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Its topics made by the operator."""
    desk = Desk(kafka.broker.bootstrap_servers, "news", tmp_path_factory.mktemp("desk"))
    desk.kafka = kafka
    (desk.folder / "copydesk.toml").write_text(
        "partitions = 2\n[worker]\ncommit_seconds = 0.3\nsession_seconds = 6\n"
        f'[sinks.jsonl]\nfolder = "{desk.folder / "articles"}"\n'
    )
    made = desk.command("operator", "topics", "create")
    assert (made.returncode, made.stderr) == (0, "")
    yield desk
    desk.stop()


def test_each_role_does_its_work_with_its_own_rights_alone_over_tls(desk: Desk, kafka: Secured) -> None:
    lines = f"{json.dumps(PAGE)}\nno article\n"
    published = desk.command("scraper", "publish", "-", said=lines)
    assert (published.returncode, published.stderr) == (0, "")
    for name in ("clean", "entities", "summaries"):
        desk.begin(name, "worker", name)
    desk.begin("sink-jsonl", "sink", "jsonl")
    intake = Intake(
        desk.folder / "copydesk.toml",
        desk.folder / "intake.log",
        **desk.config | kafka.security("scraper") | {"COPYDESK_INTAKE__TOKEN": TOKEN},
    )
    desk.workers.append(intake.process)
    intake.wait()
    second = {**PAGE, "url": f"{URL}-2"}
    with intake.client() as http:
        answer = http.post("/pages", json=second, headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == httpx.codes.ACCEPTED

    def written() -> set[str]:
        files = (desk.folder / "articles").rglob("*.jsonl")
        rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
        return {row["url"] for row in rows}

    until(lambda: all_run(desk) and written() == {URL, f"{URL}-2"}, "the sink has both")
    reader = opened(
        KafkaConsumer,
        **client.connection(load_settings(**settings_of(kafka, "consumer"))),
        group_id="consumer.test",
        auto_offset_reset="earliest",
    )
    reader.subscribe(["news.summaries"])
    taken = until(lambda: reader.poll(timeout_ms=500), "the consumer has some")
    reader.close()
    assert {record.topic for records in taken.values() for record in records} == {"news.summaries"}

    status = desk.command("operator", "status", "--json")
    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["account"]["dead"] == {"invalid": 1}
    [letter] = desk.command("operator", "dlq", "list", "--json").stdout.splitlines()
    assert json.loads(letter)["reason"] == "invalid"
    dropped = desk.command("operator", "dlq", "drop", "clean", "--all", "--yes")
    assert dropped.returncode == 0, dropped.stderr
    tailed = desk.command("operator", "tail", "summaries", "--from-start", "--no-follow", "--json")
    assert len(tailed.stdout.splitlines()) == 2, tailed.stderr
    assert desk.command("operator", "trace", URL).returncode == 0
    listed = desk.command("operator", "kafka", "topics", "--list")
    assert "news.dead.resolved" in listed.stdout.split()
    for process in desk.workers:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(60) for process in desk.workers] == [0] * 5
    logs = "".join(path.read_text() for path in desk.folder.glob("*.log"))
    assert not HIDDEN.search(logs)


def test_a_stage_may_do_nothing_else(desk: Desk, kafka: Secured) -> None:
    """By Kafka's own word, and tried."""
    settings = load_settings(**settings_of(kafka, "entities"))
    names = [topic.full_name("news") for topic in desk.desk.all_topics()]
    with client.admin(settings) as admin:
        described = admin.describe_topics(names)
    may = {one["name"]: set(one["authorized_operations"] or ()) & {"READ", "WRITE"} for one in described}
    assert {name: allowed for name, allowed in may.items() if allowed} == {
        "news.clean": {"READ"},
        "news.entities": {"WRITE"},
        "news.discarded": {"WRITE"},
        "news.dead.entities": {"READ", "WRITE"},
        "news.dead.resolved": {"READ"},
    }
    wrong = {
        "write": ("publish", "-", "--topic", "clean"),
        "read": ("tail", "raw", "--from-start", "--no-follow"),
        "group": ("worker", "clean"),
    }
    told = {name: desk.command("entities", *words, said="{}\n") for name, words in wrong.items()}
    assert [one.returncode for one in told.values()] == [1, 1, 1]
    assert "user entities has no right: Write on topic news.clean;" in told["write"].stderr
    assert "user entities has no right: Describe on topic news.raw;" in told["read"].stderr
    assert "Read and DescribeConfigs on topic news.raw, " in told["group"].stderr
    assert "Read on group copydesk.news.clean;" in told["group"].stderr


def test_who_lacks_rights_is_told_by_topic_or_group(desk: Desk, kafka: Secured) -> None:
    told = all_of(desk, kafka.security("nobody"), {**COMMANDS, "kafka topics": ("topics", "list")})
    for command, (code, out, said) in told.items():
        assert (code, out) == (1, ""), command
        assert re.fullmatch(
            r"copydesk: .*user nobody has no right: .*(topic|group|GROUP)[ /](news|copydesk\.news)\..*\n",
            said,
        ), said


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"PASSWORD": "Pa55-of-nobody-uKqv"},
            "user 'operator' or the password is wrong; mend security.username",
        ),
        (
            {"CA_FILE": "other"},
            "its certificate is not one that security.ca_file .* vouches for .*; set security",
        ),
        ({"PROTOCOL": "PLAINTEXT"}, "it speaks TLS there; set security.protocol to SSL or SASL_SSL"),
    ],
    ids=["wrong password", "wrong CA", "plaintext to the port of TLS"],
)
def test_a_kafka_that_lets_nobody_in_is_one_sentence_that_says_what_to_mend(
    desk: Desk, kafka: Secured, wrong: dict[str, str], sentence: str
) -> None:
    given = {"CA_FILE": str(kafka.other_ca_file)} if "CA_FILE" in wrong else wrong
    environment = kafka.security("operator") | {
        f"COPYDESK_SECURITY__{name}": one for name, one in given.items()
    }
    for command, (code, out, said) in all_of(desk, environment, COMMANDS).items():
        assert (code, out) == (1, ""), command
        assert re.fullmatch(rf"copydesk: cannot reach Kafka at {kafka.tls}: {sentence}.*\n", said), said
        assert not HIDDEN.search(said)


# kafka-python 3.0.12 leaves the socket of a refused login to the collector, which is called here.
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_a_password_that_is_changed_meanwhile_is_one_sentence_at_the_next_question(kafka: Secured) -> None:
    sentence = rf"^Kafka at {kafka.tls} refuses: user 'changed' or the password is wrong; mend security\."
    with pytest.raises(BrokerError, match=sentence) as told:
        ask_after_a_change(kafka, "changed")
    assert not HIDDEN.search(str(told.value))
    gc.collect()


def ask_after_a_change(kafka: Secured, user: str) -> None:
    """Log in, and ask again through new connections once the password is another."""
    with client.admin(load_settings(**settings_of(kafka, user))) as admin:
        boss = opened(KafkaAdminClient, bootstrap_servers=kafka.broker.bootstrap_servers)
        boss.alter_user_scram_credentials([UserScramCredentialUpsertion(user, "SCRAM-SHA-512", "new")])
        boss.close()
        for connection in list(admin._manager._conns.values()):
            admin._manager._net.call_soon(connection.close)
        until(lambda: not admin.list_topics(), "Kafka asks for the password again")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PROTOCOL": "SSL"}, "it lets in nobody without a login"),
        ({"PROTOCOL": "SASL_PLAINTEXT"}, "it speaks TLS there"),
        ({"MECHANISM": "PLAIN"}, "it takes no PLAIN"),
        ({"BOOTSTRAP": "plain"}, "it speaks no TLS there"),
    ],
)
def test_a_wrong_protocol_or_mechanism_is_told(
    desk: Desk, kafka: Secured, wrong: dict[str, str], sentence: str
) -> None:
    environment = kafka.security("operator") | {
        f"COPYDESK_SECURITY__{name}": one for name, one in wrong.items()
    }
    if environment.pop("COPYDESK_SECURITY__BOOTSTRAP", None):
        environment["COPYDESK_BOOTSTRAP_SERVERS"] = kafka.broker.bootstrap_servers
    [(code, _, said)] = all_of(desk, environment, {"check": ("topics", "check")}).values()
    assert code == 1
    assert sentence in said


def test_without_a_ca_file_those_whom_the_system_trusts_count_for_kafkas_tools_too(
    kafka: Secured, tmp_path: Path
) -> None:
    system = tmp_path / "system.pem"
    known = system_authorities()
    system.write_bytes((known.read_bytes() if known else b"") + kafka.ca_file.read_bytes())
    given = {**os.environ, **kafka.security("operator"), "SSL_CERT_FILE": str(system)}
    del given["COPYDESK_SECURITY__CA_FILE"]
    listed = subprocess.run(
        [sys.executable, "-m", "streams", "kafka", "topics", "--list"],
        env=given,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert listed.returncode == 0, listed.stderr
