"""The probes of a worker under test, asked as Prometheus and an orchestrator ask them."""

import http.client
import json
from collections.abc import Iterator
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.support.pipelines.harness import UnderTest, until

#: Less than all others, so that a stall is seen soon: its limits are shorter still.
QUICK = {"article_seconds": 1, "unavailable_seconds": 1, "stall_seconds": 1.5}


def watch(toy: UnderTest, port: int, **settings: str) -> None:
    """Have the workers of this pipeline answer from this port on; those beside it take the next."""
    toy.environment |= {"COPYDESK_PROBES__PORT": str(port), "COPYDESK_PROBES__LAG_SECONDS": "0.2", **settings}


def events(toy: UnderTest, number: int = 0) -> Iterator[dict[str, Any]]:
    """What a worker has logged so far."""
    for line in toy.log(number).splitlines():
        if line.startswith("{") and line.endswith("}"):
            yield json.loads(line)


def address(toy: UnderTest, number: int = 0) -> str:
    report = until(
        lambda: [one["url"] for one in events(toy, number) if one["event"] == "probes"], "it answers"
    )
    return str(report[0]).removeprefix("http://").rstrip("/")


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
    """The metrics of a worker as they were when it was asked."""

    def __init__(self, toy: UnderTest, number: int = 0) -> None:
        status, text = ask(toy, "/metrics", number)
        assert status == 200
        self.samples = [
            (one.name, one.labels, one.value)
            for family in text_string_to_metric_families(text)
            for one in family.samples
        ]

    def all(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        """Labels (the empty ones left out) and value of each series."""
        return [
            ({key: said for key, said in its.items() if said}, value)
            for found, its, value in self.samples
            if found == name and labels.items() <= its.items()
        ]

    def sum(self, name: str, **labels: str) -> float:
        return sum(value for _, value in self.all(name, **labels))


def looked_on(toy: UnderTest, seconds: float, number: int = 0) -> None:
    """Wait until Kafka has been asked for so long from now on."""
    name = "copydesk_lag_updated_timestamp_seconds"
    until(lambda: Scrape(toy, number).sum(name) > 0, "Kafka was asked")
    since = Scrape(toy, number).sum(name)
    until(lambda: Scrape(toy, number).sum(name) > since + seconds, "Kafka was asked for that long")
