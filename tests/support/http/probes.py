"""The probes of a worker under test, requested as Prometheus and an orchestrator request them."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.support.pipelines.harness import UnderTest, until

#: Shorter limits than elsewhere, so that a stall is noticed soon.
QUICK = {"article_seconds": 1, "unavailable_seconds": 1, "stall_seconds": 1.5}


def watch(toy: UnderTest, port: int, **settings: str) -> None:
    """Make the workers of this pipeline answer on this port; further workers take the next free ones."""
    toy.environment |= {"COPYDESK_PROBES__PORT": str(port), "COPYDESK_PROBES__LAG_SECONDS": "0.2", **settings}


def events(toy: UnderTest, number: int = 0) -> Iterator[dict[str, Any]]:
    """The events that a worker has logged so far."""
    for line in toy.log(number).splitlines():
        if line.startswith("{") and line.endswith("}"):
            yield json.loads(line)


def address(toy: UnderTest, number: int = 0) -> str:
    urls = until(
        lambda: [event["url"] for event in events(toy, number) if event["event"] == "probes"], "it answers"
    )
    return str(urls[0]).removeprefix("http://").rstrip("/")


def ask(toy: UnderTest, path: str, number: int = 0) -> tuple[int, str]:
    connection = http.client.HTTPConnection(address(toy, number), timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def ready(toy: UnderTest, number: int = 0) -> None:
    until(lambda: ask(toy, "/readyz", number)[0] == 200, "it is ready")


class Scrape:
    """The metrics of a worker at one moment."""

    def __init__(self, toy: UnderTest, number: int = 0) -> None:
        status, text = ask(toy, "/metrics", number)
        assert status == 200
        self.samples = [
            (sample.name, sample.labels, sample.value)
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        ]

    def all(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        """Labels (without the empty ones) and value of each series."""
        return [
            ({label: text for label, text in sample_labels.items() if text}, value)
            for sample_name, sample_labels, value in self.samples
            if sample_name == name and labels.items() <= sample_labels.items()
        ]

    def sum(self, name: str, **labels: str) -> float:
        return sum(value for _, value in self.all(name, **labels))


def wait_for_lag_updates(toy: UnderTest, seconds: float, number: int = 0) -> None:
    """Wait until the worker has updated its lag for this many seconds from now on."""
    name = "copydesk_lag_updated_timestamp_seconds"
    until(lambda: Scrape(toy, number).sum(name) > 0, "the lag was updated")
    since = Scrape(toy, number).sum(name)
    until(lambda: Scrape(toy, number).sum(name) > since + seconds, "the lag was updated for that long")
