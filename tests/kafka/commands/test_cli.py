"""Commands as a person runs them: what they print, how they exit, and that no process is left running."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.articles.newspaper import page, raw, url
from tests.support.commands.steps import without_steps
from tests.support.pipelines.harness import UnderTest, descendants_of, order, until

LINES = [f"The bridge in {place} will open again before the winter, the mayor error." for place in "ABCDEFGH"]


def copydesk(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "streams", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


@contextmanager
def unused_port() -> Iterator[int]:
    """A port on which nothing answers within the block."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("worker", "nosuch"), b"no stage is called 'nosuch'; there are: clean, entities, summaries\n"),
        (("ingest", "--host", "0.0.0.0"), b"the ingest API listens on 0.0.0.0 only with a token: "),  # noqa: S104 - the test is that it may not
        (("up", "--local", "-b", "127.0.0.1:1"), b"--local starts a Kafka of its own: leave out"),
        (
            ("process", "--until", "ents", "-"),
            b"no stage is called 'ents'; there are: clean, entities, summaries",
        ),
        (("process", "/no/such/folder"), b"/no/such/folder is neither a file nor a folder"),
        (("process", "--url", "https://a.example/x", "-"), b"--url names the URL of one page"),
    ],
)
def test_a_command_that_cannot_start_as_it_was_given_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], sentence: bytes
) -> None:
    report = copydesk(*arguments)
    assert (report.returncode, report.stdout) == (2, b"")
    error = without_steps(report.stderr.decode())
    assert error.startswith(f"copydesk: {sentence.decode()}")
    assert error.count("\n") == 1


def test_a_kafka_that_does_not_answer_is_one_sentence_and_exit_code_1() -> None:
    with unused_port() as port, ThreadPoolExecutor() as threads:
        address = f"127.0.0.1:{port}"
        commands = [("worker", "clean"), ("up",), ("ingest",), ("takedown", "https://a.example/x")]
        for report in threads.map(
            lambda command: copydesk(*command, "--bootstrap-servers", address), commands
        ):
            assert (report.returncode, report.stdout) == (1, b"")
            [sentence] = without_steps(report.stderr.decode()).splitlines()
            assert sentence.startswith("copydesk: ")
            assert address in sentence


def test_process_writes_only_records_to_stdout_and_reasons_to_stderr(tmp_path: Path) -> None:
    inputs = [raw(1), b'{"url": "https://a.example/x", "text": "Short."}', b"{not json", raw(2)]
    (tmp_path / "raw.jsonl").write_bytes(b"\n".join(inputs))
    report = copydesk("process", "--until", "clean", str(tmp_path / "raw.jsonl"))

    records = [json.loads(line) for line in report.stdout.splitlines()]
    assert [record["url"] for record in records] == [url(1), url(2)]
    assert not {"entities", "summary"} & records[0].keys()
    discarded, dead = report.stderr.decode().splitlines()
    assert discarded == f"discarded  {tmp_path}/raw.jsonl line 2: too-short (in clean)"
    assert dead.startswith(f"dead  {tmp_path}/raw.jsonl line 3: invalid (in clean): the value is not JSON: ")
    assert report.returncode == 1


def test_process_succeeds_if_all_articles_are_discarded() -> None:
    short = b'{"url": "https://a.example/x", "text": "A."}'
    report = copydesk("process", "--until", "clean", "-", stdin=short)
    assert (report.returncode, report.stdout) == (0, b"")
    assert report.stderr == b"discarded  standard input line 1: too-short (in clean)\n"


def test_process_gives_a_page_the_url_of_the_option(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page("A bridge", LINES))
    report = copydesk(
        *("process", "--until", "clean", "--url", "https://a.example/bridge", str(tmp_path / "page.html"))
    )
    assert report.returncode == 0, report.stderr
    assert json.loads(report.stdout)["url"] == "https://a.example/bridge"


def test_process_with_work_that_cannot_be_loaded_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "copydesk.toml").write_text("[stages.clean.work]\nmin_word = 3\n")
    monkeypatch.setenv("COPYDESK_CONFIG", str(tmp_path / "copydesk.toml"))
    report = copydesk("process", "-", stdin=raw(1))
    assert (report.returncode, report.stdout) == (1, b"")
    assert report.stderr.startswith(
        b"copydesk: [stages.clean.work] min_word: there is no such setting; did you mean min_words?"
    )
    assert report.stderr.count(b"\n") == 1


@pytest.mark.kafka
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)])
def test_what_up_started_ends_with_it_when_it_is_stopped_or_killed(
    toy: UnderTest, number: signal.Signals, code: int
) -> None:
    toy.configure()
    toy.create_topics()
    toy.publish([order(n) for n in range(5)])
    up = toy.start("up")
    until(lambda: len(_lines(toy.folder / "articles")) == 5, "the results are in files")
    below = descendants_of(up.pid)
    up.send_signal(number)
    assert up.wait(60) == code
    _, alive = psutil.wait_procs(below, timeout=20)
    assert (len(below) >= 3, alive) == (True, [])
    assert {json.loads(line)["n"] for line in _lines(toy.folder / "articles")} == set(range(5))
    assert "running: toy, sink jsonl" in toy.log()
    assert code or "Traceback" not in toy.log()


def _lines(folder: Path) -> list[bytes]:
    return [line for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines()]
