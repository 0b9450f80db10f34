"""`copydesk dlq` on the toy pipeline, in this process, and what comes of it."""

import json
from collections import Counter
from typing import Any

from typer.testing import CliRunner, Result

from streams.cli.dlq import dlq
from streams.kafka import client
from streams.kafka.lag import group_lags
from streams.runtime.process_exit import TRY_AGAIN
from streams.settings import Settings, load_settings
from tests.support.pipelines.harness import UnderTest, header, until


def settings_of(toy: UnderTest) -> Settings:
    return load_settings(
        bootstrap_servers=toy.bootstrap, prefix=toy.prefix, pipeline="toy_pipeline", partitions=4
    )


def run(toy: UnderTest, *arguments: str) -> Result:
    environment = {"COPYDESK_CONFIG": str(toy.folder / "copydesk.toml"), "COLUMNS": "200"}
    return CliRunner(env=environment).invoke(dlq, arguments)


def ok(made: Result) -> str:
    """What a command says, which must have done its work."""
    assert made.exit_code == 0, (made.stderr, made.exception)
    return made.stdout


def open_dead_letters(toy: UnderTest, *filters: str) -> list[dict[str, Any]]:
    """What `list` tells of each dead letter that is open."""
    return [json.loads(line) for line in ok(run(toy, "list", "toy", "--json", *filters)).splitlines()]


def sent_again(toy: UnderTest) -> list[Any]:
    """What was sent again to the topic that the stage reads."""
    return [one for one in toy.read("order") if header(one, "copydesk_raw")]


def numbers(records: list[Any]) -> Counter[int]:
    return Counter(json.loads(one.value)["n"] for one in records)


def worked_off(toy: UnderTest) -> None:
    """Wait until all is acknowledged; the ends of transactions are never read.

    A child that an article kills may take the pool with it; then the worker ends, a minute later at the
    latest, and is restarted.
    """
    reads = {f"copydesk.{toy.prefix}.toy": toy.topic("order")}

    def drained() -> bool:
        if toy.workers[-1].poll() == TRY_AGAIN:
            toy.start()
        with client.admin(settings_of(toy)) as admin, client.consumer(settings_of(toy)) as reader:
            return group_lags(admin, reader, reads)[0].drained

    until(drained, "all is worked off", 110)


def done(toy: UnderTest) -> set[int]:
    """The orders that were carried out. A worker that is too slow for its group repeats some."""
    return {result["n"] for result in toy.results()}
