"""The server of the probes: what it answers, and where."""

import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path

import pytest

from streams.errors import CannotStart
from streams.local.supervisor import Supervisor
from streams.monitoring.server import CONNECTIONS, ProbeHandler, Probes, address_of, free_ports, serve
from streams.monitoring.targets import Targets
from streams.settings import ProbesSettings


class State:
    ill: str | None = None
    away: str | None = None

    def unhealthy(self) -> str | None:
        return self.ill

    def unready(self) -> str | None:
        return self.away


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def probes(taken: int) -> Iterator[Probes]:
    """A server on the port behind a taken one."""
    one = serve(ProbesSettings(port=taken), State(), stage="toy")
    assert one is not None
    yield one
    one.stop()


def ask(address: str, path: str, method: str = "GET") -> tuple[int, str]:
    connection = HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_sentence_is_503_and_nothing_is_200(probes: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(probes.address, "/healthz") == ask(probes.address, "/readyz") == (200, "ok\n")
    monkeypatch.setattr(State, "away", "rebalancing")
    assert ask(probes.address, "/healthz") == (200, "ok\n")
    assert ask(probes.address, "/readyz") == (503, "rebalancing\n")
    monkeypatch.setattr(State, "ill", "it hangs")
    assert ask(probes.address, "/healthz") == (503, "it hangs\n")


def test_the_first_page_names_the_others_and_nothing_else_is_there(probes: Probes) -> None:
    status, text = ask(probes.address, "/")
    assert status == 200
    assert text.startswith("Copydesk: stage toy\n")
    assert all(path in text for path in ("/metrics", "/healthz", "/readyz"))
    assert ask(probes.address, "/etc/passwd")[0] == 404
    assert ask(probes.address, "/healthz", "HEAD") == (200, "")
    assert ask(probes.address, "/metrics", "POST")[0] == ask(probes.address, "/", "DELETE")[0] == 405


def test_the_metrics_are_those_of_the_pipeline(probes: Probes) -> None:
    status, text = ask(probes.address, "/metrics")
    assert status == 200
    assert 'copydesk_ready{sink="",stage="toy"} 1.0' in text.splitlines()


def test_a_port_that_is_taken_stops_nobody(probes: Probes, taken: int) -> None:
    assert taken < probes.port < taken + 100


def test_two_processes_never_share_a_port(probes: Probes) -> None:
    other = serve(ProbesSettings(port=probes.port), State(), stage="other")
    assert other is not None
    assert other.port > probes.port
    other.stop()


def test_an_address_that_is_not_ours_stops_nobody_either() -> None:
    assert serve(ProbesSettings(host="192.0.2.1"), State()) is None


def test_port_0_is_none() -> None:
    assert serve(ProbesSettings(port=0), State()) is None


def test_nobody_else_is_listened_to_unless_the_settings_say_so(probes: Probes) -> None:
    assert ProbesSettings().host == "127.0.0.1"
    assert probes._server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "address"),
    [("0.0.0.0", "127.0.0.1:1"), ("::", "[::1]:1"), ("10.0.0.7", "10.0.0.7:1"), ("::1", "[::1]:1")],  # noqa: S104 - nothing is bound
)
def test_an_address_is_told_as_one_here_may_ask_it(host: str, address: str) -> None:
    assert address_of(host, 1) == address


def test_a_process_each_has_a_port_that_is_free(taken: int) -> None:
    ports = free_ports(ProbesSettings(), taken, 3)
    assert taken not in ports
    assert len(set(ports)) == 3


def test_the_list_for_prometheus_is_there_as_long_as_the_pipeline_runs(taken: int, tmp_path: Path) -> None:
    listed = tmp_path / "new" / "list.json"
    settings = ProbesSettings(port=taken, targets=listed)
    with Targets(settings, Supervisor({}, stop_seconds=1), ["clean", "sink jsonl"]) as targets:
        ports = [targets.environment(one)["COPYDESK_PROBES__PORT"] for one in ("clean", "sink jsonl")]
        [group] = json.loads(listed.read_text())
        own, *others = group["targets"]
        assert others == [f"127.0.0.1:{port}" for port in ports]
        assert targets.summary() == (
            f"/metrics, /healthz, /readyz: this process at {own}; clean {ports[0]}, sink jsonl {ports[1]}"
        )
        assert ask(own, "/readyz") == (200, "ok\n")
    assert not listed.exists()


def test_without_a_port_each_process_has_none() -> None:
    with Targets(ProbesSettings(port=0), Supervisor({}, stop_seconds=1), ["clean"]) as targets:
        assert targets.environment("clean") == {"COPYDESK_PROBES__PORT": "0"}
        assert targets.summary() == "no probes: probes.port is 0, or no port is free"


def test_a_list_of_targets_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = ProbesSettings(port=0, targets=tmp_path / "file" / "targets.json")
    with (
        pytest.raises(CannotStart, match=r"^probes\.targets: .* cannot be written: "),
        Targets(settings, Supervisor({}, stop_seconds=1), ["clean"]),
    ):
        raise AssertionError("it was not written")


@pytest.mark.parametrize("said", [b"", b"GET /heal"])
def test_connections_that_never_finish_a_request_keep_nobody_from_an_answer(
    probes: Probes, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(ProbeHandler, "timeout", 600)
    host, port = probes.address.split(":")
    with ExitStack() as open_:
        held = []
        for _ in range(3 * CONNECTIONS):
            held.append(open_.enter_context(socket.create_connection((host, int(port)), timeout=30)))
            held[-1].sendall(said)
        assert ask(probes.address, "/healthz") == (200, "ok\n")
        assert [one.recv(1) for one in held[: 2 * CONNECTIONS]] == [b""] * 2 * CONNECTIONS
