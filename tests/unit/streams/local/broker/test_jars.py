"""The cache of jars is filled once and checked every time, and its errors say what is wrong."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from streams.errors import BrokerError, CannotStart
from streams.local.broker.jars import cache_folder, jars
from streams.local.broker.lock import locked


def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A filled cache for this test alone, made of links. It is in use from here on."""
    filled = [path.resolve() for path in jars()]
    folder = tmp_path / "cache" / cache_folder().name
    folder.mkdir(parents=True)
    for path in filled:
        (folder / path.name).symlink_to(path)
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "cache"))
    return folder


def without_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """All proxies are a port of this machine where nothing listens."""
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


class Repository(ThreadingHTTPServer):
    """A Maven repository on loopback that serves the locked jars, and records the requests."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Served)
        self.files = {path.name: path.read_bytes() for path in jars()}
        self.requested: list[str] = []


class Served(BaseHTTPRequestHandler):
    server: Repository

    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        content = self.server.files.get(name)
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if content is not None:
            self.server.requested.append(name)
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Writes nothing to stderr."""


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    """The only repository that jgo knows. The cache is empty."""
    with Repository() as server:
        config = tmp_path / "jgo.conf"
        config.write_text(f"[repositories]\ncentral = http://127.0.0.1:{server.server_port}/maven\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(config))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "cache"))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_empty_cache_is_filled_once_in_the_order_of_the_lock_file(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = jars()
    assert [path.name for path in paths] == [jar.name for jar in locked()]
    assert sorted(repository.requested) == sorted(jar.name for jar in locked())
    assert capsys.readouterr().err.splitlines()[0] == (
        f"Loading Apache Kafka 4.1.0 into {cache_folder()}: 53 jars, 45 MB, once"
    )
    repository.requested.clear()
    assert jars() == paths
    assert repository.requested == []


def test_an_interrupted_download_is_resumed(repository: Repository) -> None:
    jars()
    repository.requested.clear()
    for name in ("kafka-raft-4.1.0.jar", "jopt-simple-5.0.4.jar"):
        (cache_folder() / name).unlink()
    jars()
    assert sorted(repository.requested) == ["jopt-simple-5.0.4.jar", "kafka-raft-4.1.0.jar"]


def test_two_processes_download_the_jars_once(repository: Repository) -> None:
    program = [sys.executable, "-c", "from streams.local.broker.jars import jars; print(len(jars()))"]
    processes = [subprocess.Popen(program, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in processes] == ["53\n", "53\n"]
    assert sorted(repository.requested) == sorted(jar.name for jar in locked())


def test_a_downloaded_jar_with_another_checksum_is_not_used(repository: Repository) -> None:
    repository.files["kafka-raft-4.1.0.jar"] += b"and more"
    with pytest.raises(BrokerError) as raised:
        jars()
    assert str(raised.value) == (
        "kafka-raft-4.1.0.jar, as downloaded, is not the file that kafka.lock names"
        " (sha256 differs); it was not used"
    )
    assert not (cache_folder() / "kafka-raft-4.1.0.jar").exists()


def test_a_filled_cache_needs_neither_network_nor_jgo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(tmp_path, monkeypatch)
    without_network(monkeypatch)
    program = "import sys; from streams.local.broker.jars import jars; jars(); print('jgo' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_an_empty_cache_without_a_network_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path))
    without_network(monkeypatch)
    with pytest.raises(CannotStart) as raised:
        jars()
    assert str(raised.value) == (
        f"Apache Kafka 4.1.0 is not in {tmp_path}/kafka-4.1.0 and could not be downloaded from Maven Central:"
        " connect to the network, point COPYDESK_CACHE to a filled cache, or set COPYDESK_BOOTSTRAP_SERVERS"
        " to use a Kafka that runs already"
    )
    assert capsys.readouterr().err.splitlines() == [
        f"Loading Apache Kafka 4.1.0 into {tmp_path}/kafka-4.1.0: 53 jars, 45 MB, once"
    ]


def test_a_modified_jar_is_named_and_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = copied(tmp_path, monkeypatch)
    modified = folder / "kafka-raft-4.1.0.jar"
    content = bytearray(modified.read_bytes())
    content[1000] ^= 1
    modified.unlink()
    modified.write_bytes(content)
    with pytest.raises(BrokerError) as raised:
        jars()
    assert str(raised.value) == (
        f"{modified} is not the file that kafka.lock names (sha256 differs) and was not used;"
        " delete it to have it downloaded again"
    )


def test_a_cache_that_cannot_be_created_is_an_error_of_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("COPYDESK_CACHE", str(tmp_path / "file"))
    with pytest.raises(CannotStart, match=f"cannot be used: {os.strerror(errno.ENOTDIR)}"):
        jars()
