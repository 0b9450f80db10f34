from collections.abc import Iterable, Mapping
from dataclasses import asdict

import orjson
import typer
from kafka import TopicPartition
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from streams.cli.options import load
from streams.core.pipeline import Pipeline
from streams.core.topic import policy_words
from streams.errors import ConfigError
from streams.exit_codes import ExitCode
from streams.kafka import client
from streams.kafka.acls import roles
from streams.kafka.initial_offsets import begin_groups
from streams.kafka.reader import Extent, extents
from streams.kafka.topics import Difference, Severity, Wanted, check_topics, create_topics, wanted
from streams.settings import Settings
from streams.terminal import Terminal

STYLES = {Severity.MISSING: "red", Severity.TOO_SMALL: "red", Severity.DIFFERS: "yellow"}


def create(*, bootstrap_servers: str | None, prefix: str | None, as_json: bool) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    result = create_topics(settings, pipeline.all_topics())
    groups = [group for group in begin_groups(settings, pipeline, result.created) if group.worth_reporting]
    if as_json:
        _write_json(asdict(result) | {"offsets": [str(group) for group in groups]})
        return
    console = Terminal()
    for name in result.created:
        console.report("created", "green", name)
    console.print(f"{len(result.created)} created, {len(result.existing)} already existed")
    for group in groups:
        console.report("offsets", "yellow", group)
    _report(console, result.differences)


def check(*, bootstrap_servers: str | None, prefix: str | None, as_json: bool) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    differences = check_topics(settings, pipeline.all_topics())
    if as_json:
        _write_json({"differences": differences})
    else:
        console = Terminal()
        _report(console, differences)
        if not differences:
            console.print(Text(f"all {len(pipeline.all_topics())} topics are as wanted", "green"))
    if any(difference.stops for difference in differences):
        raise typer.Exit(ExitCode.FAILED)


def list_topics(*, bootstrap_servers: str | None, prefix: str | None, as_json: bool) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    rows = _rows(settings, pipeline)
    if as_json:
        _write_json({"topics": rows})
        return
    table = Table("topic", "partitions", "policy", "records", "state", header_style="bold", box=SIMPLE_HEAD)
    for column in (1, 3):
        table.columns[column].justify = "right"
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in ("name", "partitions", "policy", "records", "state")))
    Terminal().print(table)


def acls(
    *, role: list[str] | None, user: str | None, bootstrap_servers: str | None, prefix: str | None
) -> None:
    settings, pipeline = load(bootstrap_servers, prefix)
    known = {known_role.name: known_role for known_role in roles(settings, pipeline)}
    for name in role or known:
        if name not in known:
            raise ConfigError(f"no role is called {name!r}; there are: {', '.join(known)}")
        for right in known[name].rights:
            typer.echo(right.command(user or name))


def _rows(settings: Settings, pipeline: Pipeline) -> list[dict[str, object]]:
    states = _states(check_topics(settings, pipeline.all_topics()))
    all_wanted = [wanted(settings, topic) for topic in pipeline.all_topics()]
    with client.admin(settings) as admin, client.consumer(settings) as reader:
        spans = extents(reader, [want.name for want in all_wanted], admin=admin)
    return [_row(want, spans, states.get(want.name, "ok")) for want in all_wanted]


def _row(want: Wanted, spans: Mapping[TopicPartition, Extent], state: str) -> dict[str, object]:
    own = [span for partition, span in spans.items() if partition.topic == want.name]
    return {
        "name": want.name,
        "partitions": len(own) or None,
        "policy": policy_words(want.config),
        "records": sum(span.records + span.held for span in own) if own else None,
        "state": state,
    }


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else "-" if value is None else str(value)


def _states(differences: Iterable[Difference]) -> dict[str, str]:
    """Full name → the topic's worst difference."""
    order = list(Severity)
    worst_last = sorted(differences, key=lambda difference: order.index(difference.severity), reverse=True)
    return {difference.topic: difference.severity.value for difference in worst_last}


def _report(console: Terminal, differences: Iterable[Difference]) -> None:
    for difference in differences:
        console.report(difference.severity, STYLES[difference.severity], difference.sentence)


def _write_json(value: object) -> None:
    typer.echo(orjson.dumps(value).decode())
