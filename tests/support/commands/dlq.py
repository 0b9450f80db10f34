"""`copydesk dlq` on the toy pipeline, run in this process, and what results from it."""

import json
from collections import Counter
from typing import Any

from typer.testing import CliRunner, Result

from streams.cli.commands.dead_letters import dlq
from streams.exit_codes import ExitCode
from streams.kafka import client
from streams.kafka.lag import group_lags
from streams.settings import Settings, load_settings
from tests.support.pipelines.harness import UnderTest, header, until


def settings_of(toy: UnderTest) -> Settings:
    return load_settings(
        bootstrap_servers=toy.bootstrap, prefix=toy.prefix, pipeline="toy_pipeline", partitions=4
    )


def run(toy: UnderTest, *arguments: str) -> Result:
    environment = {"COPYDESK_CONFIG": str(toy.folder / "copydesk.toml"), "COLUMNS": "200"}
    return CliRunner(env=environment).invoke(dlq, arguments)


def ok(result: Result) -> str:
    """The output of a command. Fails if its exit code is not 0."""
    assert result.exit_code == 0, (result.stderr, result.exception)
    return result.stdout


def open_dead_letters(toy: UnderTest, *filters: str) -> list[dict[str, Any]]:
    """Each open dead letter, as `dlq list --json` shows it."""
    return [json.loads(line) for line in ok(run(toy, "list", "toy", "--json", *filters)).splitlines()]


def replayed_orders(toy: UnderTest) -> list[Any]:
    """The records that were replayed to the topic that the stage reads."""
    return [record for record in toy.read("order") if header(record, "copydesk_raw")]


def numbers(records: list[Any]) -> Counter[int]:
    return Counter(json.loads(record.value)["n"] for record in records)


def worked_off(toy: UnderTest) -> None:
    """Wait until all records are acknowledged. Ends of transactions, which are never read, do not count.

    A pool process that an article kills may break the whole pool. Then the worker exits within a minute, and
    is restarted here.
    """
    reads = {f"copydesk.{toy.prefix}.toy": toy.topic("order")}

    def drained() -> bool:
        if toy.workers[-1].poll() == ExitCode.TRY_AGAIN:
            toy.start()
        with client.admin(settings_of(toy)) as admin, client.consumer(settings_of(toy)) as reader:
            return group_lags(admin, reader, reads)[0].drained

    until(drained, "all is worked off", 110)


def done(toy: UnderTest) -> set[int]:
    """The orders that were processed. A worker that is too slow for its group processes some twice."""
    return {result["n"] for result in toy.results()}
