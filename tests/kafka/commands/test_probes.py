"""The probes and metrics of workers and sinks, compared with what is in Kafka."""

import json
from collections import Counter
from http.client import HTTPConnection

import psutil
import pytest

from tests.support.http.probes import QUICK, Scrape, address, ask, events, ready, wait_for_lag_updates, watch
from tests.support.pipelines.harness import PROGRAMS, UnderTest, header, order, until

pytestmark = pytest.mark.kafka

UNRESPONSIVE = [str(PROGRAMS / "unresponsive.py")]


@pytest.fixture(autouse=True)
def watched(toy: UnderTest, port: int) -> None:
    watch(toy, port)


def outcomes(toy: UnderTest) -> Counter[tuple[str, str]]:
    """(outcome, reason) → the number of orders, counted from Kafka."""
    counted: Counter[tuple[str, str]] = Counter()
    counted["sent", ""] = len({header(record, "copydesk_raw") for record in toy.read("result")})
    discarded = [json.loads(record.value) for record in toy.read("discarded")]
    counted.update(("discarded", record["reason"]) for record in discarded)
    counted.update(("dead", reason) for reason, _ in toy.dead_letters())
    return counted


def test_metrics_and_log_agree_with_kafka_and_an_idle_worker_is_healthy(toy: UnderTest) -> None:
    toy.environment["COPYDESK_LOG_LEVEL"] = "debug"
    toy.configure(pool_processes=2, **QUICK)
    toy.create_topics()
    toy.start()
    ready(toy)
    wait_for_lag_updates(toy, 2 * QUICK["stall_seconds"])
    assert ask(toy, "/healthz") == ask(toy, "/readyz") == (200, "ok\n")

    actions = ["fail", "die", "hang", "discard", "discard", "split", "rude"]
    odd = [
        *(order(100 + n, do=action) for n, action in enumerate(actions)),
        (b"bad", b"{not json"),
        (b"gone", None),
    ]
    orders = [*(order(n) for n in range(20)), *odd, *(order(n) for n in range(20, 40))]
    count = toy.publish(orders)
    toy.drained()
    wait_for_lag_updates(toy, 2 * QUICK["stall_seconds"])
    assert ask(toy, "/healthz") == ask(toy, "/readyz") == (200, "ok\n")

    scrape = Scrape(toy)
    counted = {
        (labels["outcome"], labels.get("reason", "")): value
        for labels, value in scrape.all("copydesk_articles_total", stage="toy")
        if value
    }
    assert counted == outcomes(toy)
    assert sum(counted.values()) == count
    assert scrape.sum("copydesk_stage_seconds_count") == counted["sent", ""] + counted["discarded", "boring"]
    assert scrape.sum("copydesk_latency_seconds_count") == count
    assert dict(scrape.all("copydesk_pool_process_exits_total")[0][0]) == {"stage": "toy", "reason": "killed"}
    assert scrape.sum("copydesk_pool_process_exits_total", reason="timed-out") == 1
    assert scrape.sum("copydesk_pool_process_exits_total", reason="killed") >= 2
    assert scrape.sum("copydesk_in_flight_articles") == scrape.sum("copydesk_in_flight_bytes") == 0
    assert scrape.sum("copydesk_lag_records") == scrape.sum("copydesk_lag_seconds") == 0
    assert scrape.sum("copydesk_partitions") == len(scrape.all("copydesk_lag_records")) == 4
    [(build, _)] = scrape.all("copydesk_build_info")
    assert (build["stage"], build["stage_version"]) == ("toy", "1")

    articles = [event for event in events(toy) if event["event"] == "article"]
    assert Counter((event["outcome"], event["reason"] or "") for event in articles) == counted
    assert len({event["at"] for event in articles}) == count
    assert {event["level"] for event in articles if event["outcome"] == "dead"} == {"warning"}
    assert {event["level"] for event in articles if event["outcome"] != "dead"} == {"debug"}
    assert {"stage", "outcome", "reason", "at", "raw", "key", "seconds"} <= set(articles[0])


def test_a_worker_with_lag_and_no_progress_is_unhealthy_and_the_lag_of_two_workers_adds_up(
    toy: UnderTest,
) -> None:
    toy.configure(**QUICK)
    toy.create_topics()
    unresponsive = toy.folder / "unresponsive"
    unresponsive.touch()
    count = toy.publish([order(n) for n in range(60)])
    for number in range(2):
        toy.start(program=UNRESPONSIVE)
        address(toy, number)
    until(
        lambda: all(Scrape(toy, number).sum("copydesk_partitions") == 2 for number in range(2)),
        "both know their lag",
    )
    scrapes = [Scrape(toy, number) for number in range(2)]
    shares = [
        {labels["partition"] for labels, _ in scrape.all("copydesk_lag_records", stage="toy")}
        for scrape in scrapes
    ]
    assert shares[0] | shares[1] == {"0", "1", "2", "3"}
    assert sum(scrape.sum("copydesk_lag_records") for scrape in scrapes) == toy.lag() == count
    assert all(scrape.sum("copydesk_lag_retention_ratio") > 0 for scrape in scrapes)

    for number in range(2):
        until(lambda number=number: ask(toy, "/healthz", number)[0] == 503, "it is unhealthy")
        status, text = ask(toy, "/readyz", number)
        assert status == 503
        assert "records wait, and nothing was done for" in text
        assert Scrape(toy, number).sum("copydesk_healthy") == 0

    unresponsive.unlink()
    toy.drained()
    until(
        lambda: all(ask(toy, "/healthz", number) == (200, "ok\n") for number in range(2)),
        "both are healthy again",
    )
    until(lambda: Scrape(toy).sum("copydesk_lag_seconds") == 0, "nothing waits")


def test_at_the_dead_letter_limit_a_worker_says_so_and_is_healthy_but_not_ready(toy: UnderTest) -> None:
    """It stays healthy, because a restart would not fix it."""
    toy.configure(partitions=1, dead_run=5, window=4, **QUICK)
    toy.create_topics()
    toy.publish([order(n, do="fail") for n in range(30)])
    toy.start()
    until(lambda: "dead-letter limit" in ask(toy, "/readyz")[1], "it says so")
    status, text = ask(toy, "/readyz")
    assert status == 503
    assert text.startswith("stopped at the dead-letter limit: ")
    wait_for_lag_updates(toy, 2 * QUICK["stall_seconds"])
    assert ask(toy, "/healthz") == (200, "ok\n")
    scrape = Scrape(toy)
    assert (scrape.sum("copydesk_dead_letter_limit_reached"), scrape.sum("copydesk_ready")) == (1, 0)
    assert scrape.sum("copydesk_lag_records") == 30 - len(toy.dead_letters())


def test_a_worker_that_kafka_does_not_answer_is_healthy_but_not_ready(toy: UnderTest) -> None:
    toy.configure(partitions=1, **QUICK)
    toy.create_topics()
    cut = toy.folder / "cut"
    toy.start(program=[str(PROGRAMS / "cut_off.py")])
    toy.publish([order(0)])
    toy.drained()
    ready(toy)
    cut.touch()
    until(lambda: "Kafka has not answered for" in ask(toy, "/readyz")[1], "it is not ready")
    toy.publish([order(1)])
    until(lambda: Scrape(toy).sum("copydesk_lag_records") == 1, "it knows of its lag")
    wait_for_lag_updates(toy, 2 * QUICK["stall_seconds"])
    assert ask(toy, "/healthz") == (200, "ok\n")


def test_a_sink_counts_what_it_wrote_and_is_unhealthy_when_its_target_does_not_return(toy: UnderTest) -> None:
    stuck, away = toy.folder / "stuck", toy.folder / "away"
    toy.configure(**{**QUICK, "unavailable_seconds": 20, "stall_seconds": 20.5})
    with (toy.folder / "copydesk.toml").open("a") as file:
        file.write(f'[sinks.toy]\nstuck = "{stuck}"\naway = "{away}"\n')
    toy.create_topics()
    away.touch()
    toy.publish([order(n) for n in range(100)], "result")
    toy.start("sink", "toy")
    until(lambda: Scrape(toy).sum("copydesk_retries_total", sink="toy") > 0, "it retries")
    assert ask(toy, "/healthz") == ask(toy, "/readyz") == (200, "ok\n")
    away.unlink()
    until(lambda: Scrape(toy).sum("copydesk_sink_records_total", sink="toy") == 100, "all are written")
    until(lambda: Scrape(toy).sum("copydesk_lag_records", sink="toy") == 0, "all are acknowledged")
    scrape = Scrape(toy)
    assert scrape.sum("copydesk_sink_write_seconds_count") >= 1
    assert scrape.sum("copydesk_latency_seconds_count", sink="toy") == 100

    toy.environment["COPYDESK_WORKER__UNAVAILABLE_SECONDS"] = "1"
    toy.environment["COPYDESK_WORKER__STALL_SECONDS"] = "1.5"
    stuck.touch()
    toy.workers[0].terminate()
    assert toy.workers[0].wait(20) == 0
    toy.start("sink", "toy")
    toy.publish([order(n) for n in range(3)], "result")
    until(lambda: "nothing was done" in ask(toy, "/healthz", 1)[1], "it is unhealthy")
    assert ask(toy, "/healthz", 1)[0] == 503
    stuck.unlink()
    until(lambda: ask(toy, "/healthz", 1)[0] == 200, "it is healthy again")


def test_up_gives_each_process_a_port_lists_them_and_counts_restarts(toy: UnderTest, port: int) -> None:
    toy.configure()
    listed = toy.folder / "lists" / "copydesk.json"
    toy.environment["COPYDESK_PROBES__TARGETS"] = str(listed)
    up = toy.start("up")
    addresses = until(lambda: listed.exists() and json.loads(listed.read_text())[0]["targets"], "the list")
    assert len(set(addresses)) == 3
    assert addresses[0] == f"127.0.0.1:{port}" == address(toy)
    until(lambda: _all_ready(addresses), "all are ready")
    assert f"toy {addresses[1].rpartition(':')[2]}" in toy.log()

    below = psutil.Process(up.pid).children()
    [worker] = [process for process in below if "worker" in process.cmdline()]
    worker.kill()
    until(lambda: Scrape(toy).sum("copydesk_process_restarts_total", stage="toy") == 1, "it is counted")
    assert Scrape(toy).sum("copydesk_process_restarts_total", sink="jsonl") == 0
    until(lambda: _all_ready(addresses), "all are ready again on the same ports")
    up.terminate()
    assert up.wait(30) == 0
    assert not listed.exists()


def _all_ready(addresses: list[str]) -> bool:
    for target in addresses:
        connection = HTTPConnection(target, timeout=10)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status != 200:
                return False
        except ConnectionRefusedError:
            return False
        finally:
            connection.close()
    return True
