"""A Kafka with TLS, logins and an authorizer: the whole pipeline on it, and the errors without access."""

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

from streams.errors import BrokerError
from streams.kafka import client
from streams.local.broker.credentials import system_authorities
from streams.settings import load_settings
from tests.support.commands.steps import without_steps
from tests.support.documents import generated
from tests.support.http.ingest_api import TOKEN, IngestProcess, running
from tests.support.kafka.secured_broker import Secured, secured_broker
from tests.support.pipelines.harness import PATIENCE, until
from tests.support.pipelines.secured import SecuredPipeline, all_of, all_run, asked_by, settings_of

pytestmark = pytest.mark.kafka

ROLES = ("clean", "entities", "summaries", "sink-jsonl", "scraper", "ingest", "consumer", "operator")
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
    "ingest": ("ingest", "--port", "0"),
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
    """A Kafka with a user for each role of the document, who has the rights that its commands grant."""
    with secured_broker(tmp_path_factory.mktemp("secured"), PASSWORDS) as node:
        [block] = generated.GENERATED.findall(generated.SECURITY.read_text("utf-8"))
        lines = [line for line in block.splitlines() if line.startswith("copydesk ")]
        # A Java process per line takes a minute in all: so the real tool does one role, and we do the others.
        tool, others = [[line for line in lines if ("User:clean" in line) is own] for own in (True, False)]
        environment = {**os.environ, "COPYDESK_BOOTSTRAP_SERVERS": node.broker.bootstrap_servers}
        for line in tool:
            words = [sys.executable, "-m", "streams", *shlex.split(line)[1:]]
            subprocess.run(words, env=environment, check=True, capture_output=True, timeout=PATIENCE)
        admin = client.opened(KafkaAdminClient, bootstrap_servers=node.broker.bootstrap_servers)
        admin.create_acls([acl for line in others for acl in asked_by(line)])
        admin.close()
        yield node


@pytest.fixture(scope="module")
def pipeline(kafka: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredPipeline]:
    pipeline = SecuredPipeline(kafka.broker.bootstrap_servers, "news", tmp_path_factory.mktemp("pipeline"))
    pipeline.kafka = kafka
    (pipeline.folder / "copydesk.toml").write_text(
        "partitions = 2\n[worker]\ncommit_seconds = 0.3\nsession_seconds = 6\n"
        f'[sinks.jsonl]\nfolder = "{pipeline.folder / "articles"}"\n'
    )
    created = pipeline.command("operator", "topics", "create")
    assert (created.returncode, created.stderr) == (0, "")
    yield pipeline
    pipeline.stop()


def test_each_role_does_its_work_over_tls_with_only_its_own_rights(
    pipeline: SecuredPipeline, kafka: Secured
) -> None:
    lines = f"{json.dumps(PAGE)}\nno article\n"
    published = pipeline.command("scraper", "publish", "-", stdin=lines)
    assert (published.returncode, published.stderr) == (0, "")
    for name in ("clean", "entities", "summaries"):
        pipeline.begin(name, "worker", name)
    pipeline.begin("sink-jsonl", "sink", "jsonl")
    ingest = IngestProcess(
        pipeline.folder / "copydesk.toml",
        pipeline.folder / "ingest.log",
        **pipeline.config | kafka.security("ingest") | {"COPYDESK_INGEST__TOKEN": TOKEN},
    )
    pipeline.workers.append(ingest.process)
    ingest.wait()
    second = {**PAGE, "url": f"{URL}-2"}
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with ingest.client(headers=bearer) as http:
        answer = http.post("/pages", json=second)
    assert answer.status_code == httpx.codes.ACCEPTED

    def written() -> set[str]:
        files = (pipeline.folder / "articles").rglob("*.jsonl")
        rows = [json.loads(line) for file in files for line in file.read_text().splitlines()]
        return {row["url"] for row in rows}

    until(lambda: all_run(pipeline) and written() == {URL, f"{URL}-2"}, "the sink has written both articles")
    with ingest.client(headers=bearer) as http:
        by_id = {"id": answer.json()["id"]}
        finished = until(lambda: http.get("/articles", params=by_id).json().get("now"), "it can be looked up")
    assert finished == "finished"
    reader = client.opened(
        KafkaConsumer,
        **client.connection(load_settings(**settings_of(kafka, "consumer"))),
        group_id="consumer.test",
        auto_offset_reset="earliest",
    )
    reader.subscribe(["news.summaries"])
    batches = until(lambda: reader.poll(timeout_ms=500), "the consumer has read records")
    reader.close()
    assert {record.topic for records in batches.values() for record in records} == {"news.summaries"}

    status = pipeline.command("operator", "status", "--json")
    assert status.returncode == 0, status.stderr
    assert json.loads(status.stdout)["reconciliation"]["dead"] == {"invalid": 1}
    [dead_letter] = pipeline.command("operator", "dlq", "list", "--json").stdout.splitlines()
    assert json.loads(dead_letter)["reason"] == "invalid"
    dropped = pipeline.command("operator", "dlq", "drop", "clean", "--all", "--yes")
    assert dropped.returncode == 0, dropped.stderr
    tailed = pipeline.command("operator", "tail", "summaries", "--from-start", "--no-follow", "--json")
    assert len(tailed.stdout.splitlines()) == 2, tailed.stderr
    assert pipeline.command("operator", "trace", URL).returncode == 0
    listed = pipeline.command("operator", "kafka", "topics", "--list")
    assert "news.dead.resolved" in listed.stdout.split()
    for process in pipeline.workers:
        process.send_signal(signal.SIGTERM)
    assert [process.wait(60) for process in pipeline.workers] == [0] * 5
    logs = "".join(path.read_text() for path in pipeline.folder.glob("*.log"))
    assert not HIDDEN.search(logs)


def test_a_stage_has_no_other_rights(pipeline: SecuredPipeline, kafka: Secured) -> None:
    """Kafka says so, and commands that try it fail."""
    settings = load_settings(**settings_of(kafka, "entities"))
    names = [topic.full_name for topic in pipeline.pipeline.all_topics()]
    with client.admin(settings) as admin:
        described = admin.describe_topics(names)
    rights = {
        topic["name"]: set(topic["authorized_operations"] or ()) & {"READ", "WRITE"} for topic in described
    }
    assert {name: operations for name, operations in rights.items() if operations} == {
        "news.clean": {"READ"},
        "news.entities": {"WRITE"},
        "news.discarded": {"WRITE"},
        "news.dead.entities": {"READ", "WRITE"},
        "news.dead.resolved": {"READ"},
    }
    forbidden = {
        "write": ("publish", "-", "--topic", "clean"),
        "read": ("tail", "raw", "--from-start", "--no-follow"),
        "group": ("worker", "clean"),
    }
    denied = {name: pipeline.command("entities", *words, stdin="{}\n") for name, words in forbidden.items()}
    assert [process.returncode for process in denied.values()] == [1, 1, 1]
    assert "user entities has no right: Write on topic news.clean;" in denied["write"].stderr
    assert "user entities has no right: Describe on topic news.raw;" in denied["read"].stderr
    assert "Read and DescribeConfigs on topic news.raw, " in denied["group"].stderr
    assert "Read on group copydesk.news.clean;" in denied["group"].stderr


def test_a_user_without_rights_gets_an_error_that_names_the_topic_or_group(
    pipeline: SecuredPipeline, kafka: Secured
) -> None:
    results = all_of(pipeline, kafka.security("nobody"), {**COMMANDS, "kafka topics": ("topics", "list")})
    for command, (code, output, error) in results.items():
        assert (code, output) == (1, ""), command
        assert re.fullmatch(
            r"copydesk: .*user nobody has no right: .*(topic|group|GROUP)[ /](news|copydesk\.news)\..*\n",
            without_steps(error),
        ), error


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"PASSWORD": "Pa55-of-nobody-uKqv"},
            "user 'operator' or the password is wrong; fix security.username",
        ),
        ({"CA_FILE": "other"}, "its certificate is not trusted by security.ca_file .*; set security"),
        ({"PROTOCOL": "PLAINTEXT"}, "it speaks TLS there; set security.protocol to SSL or SASL_SSL"),
    ],
    ids=["wrong password", "wrong CA", "plaintext on the port for TLS"],
)
def test_a_failed_connection_to_kafka_is_an_error_of_one_sentence_that_says_what_to_fix(
    pipeline: SecuredPipeline, kafka: Secured, wrong: dict[str, str], sentence: str
) -> None:
    changed = {"CA_FILE": str(kafka.other_ca_file)} if "CA_FILE" in wrong else wrong
    environment = kafka.security("operator") | {
        f"COPYDESK_SECURITY__{name}": value for name, value in changed.items()
    }
    for command, (code, output, error) in all_of(pipeline, environment, COMMANDS).items():
        assert (code, output) == (1, ""), command
        assert re.fullmatch(
            rf"copydesk: cannot reach Kafka at {kafka.tls}: {sentence}.*\n", without_steps(error)
        ), error
        assert not HIDDEN.search(error)


# kafka-python 3.0.12 leaves the socket of a rejected login to the garbage collector, which this test calls.
@pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning")
def test_a_password_that_is_changed_meanwhile_is_an_error_of_one_sentence_at_the_next_request(
    kafka: Secured,
) -> None:
    sentence = rf"^Kafka at {kafka.tls} rejects: user 'changed' or the password is wrong; fix security\."
    with pytest.raises(BrokerError, match=sentence) as raised:
        request_after_a_change(kafka, "changed")
    assert not HIDDEN.search(str(raised.value))
    gc.collect()


def request_after_a_change(kafka: Secured, user: str) -> None:
    """Log in, change the password, and send a request through new connections."""
    with client.admin(load_settings(**settings_of(kafka, user))) as admin:
        superuser = client.opened(KafkaAdminClient, bootstrap_servers=kafka.broker.bootstrap_servers)
        superuser.alter_user_scram_credentials([UserScramCredentialUpsertion(user, "SCRAM-SHA-512", "new")])
        superuser.close()
        for connection in list(admin._manager._conns.values()):
            admin._manager._net.call_soon(connection.close)
        until(lambda: not admin.list_topics(), "Kafka asks for the password again")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PROTOCOL": "SSL"}, "it requires a login"),
        ({"PROTOCOL": "SASL_PLAINTEXT"}, "it speaks TLS there"),
        ({"MECHANISM": "PLAIN"}, "it does not support PLAIN"),
        ({"BOOTSTRAP": "plain"}, "it speaks no TLS there"),
    ],
)
def test_a_wrong_protocol_or_mechanism_is_named_in_the_error(
    pipeline: SecuredPipeline, kafka: Secured, wrong: dict[str, str], sentence: str
) -> None:
    environment = kafka.security("operator") | {
        f"COPYDESK_SECURITY__{name}": value for name, value in wrong.items()
    }
    if environment.pop("COPYDESK_SECURITY__BOOTSTRAP", None):
        environment["COPYDESK_BOOTSTRAP_SERVERS"] = kafka.broker.bootstrap_servers
    [(code, _, error)] = all_of(pipeline, environment, {"check": ("topics", "check")}).values()
    assert code == 1
    assert sentence in error


def test_without_a_ca_file_kafkas_tools_too_trust_the_authorities_of_the_system(
    kafka: Secured, tmp_path: Path
) -> None:
    system = tmp_path / "system.pem"
    known = system_authorities()
    system.write_bytes((known.read_bytes() if known else b"") + kafka.ca_file.read_bytes())
    environment = {**os.environ, **kafka.security("operator"), "SSL_CERT_FILE": str(system)}
    del environment["COPYDESK_SECURITY__CA_FILE"]
    command = [sys.executable, "-m", "streams", "kafka", "topics", "--list"]
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE)
    assert listed.returncode == 0, listed.stderr


def test_an_ingest_api_without_the_rights_to_read_takes_pages_and_says_why_it_finds_no_article(
    pipeline: SecuredPipeline, kafka: Secured, tmp_path: Path
) -> None:
    scraper = pipeline.config | kafka.security("scraper")
    with (
        running(pipeline.folder / "copydesk.toml", tmp_path / "ingest.log", **scraper) as ingest,
        ingest.client() as http,
    ):
        taken = http.post("/pages", json={**PAGE, "url": f"{URL}-3"})
        assert taken.status_code == httpx.codes.ACCEPTED

        def names_the_right() -> bool:
            answer = http.get("/articles", params={"id": taken.json()["id"]})
            return (answer.status_code, "user scraper has no right" in answer.text) == (503, True)

        until(names_the_right, "it says which right it lacks")
