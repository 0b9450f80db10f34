"""`copydesk topics create|check|list|acls`: the desk's topics on Kafka."""

from collections.abc import Iterable, Mapping
from typing import Annotated

import orjson
import typer
from kafka import TopicPartition
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from streams import client
from streams.admin import Difference, Severity, Wanted, check_topics, create_topics, wanted
from streams.cli.options import AsJson, BootstrapServers, Prefix
from streams.desk import Desk, load_desk
from streams.errors import ConfigError
from streams.first_offsets import begin_groups
from streams.policy import policy_words
from streams.rights import roles
from streams.scan import Extent, extents
from streams.settings import Settings, load_settings
from streams.terminal import Terminal

topics = typer.Typer(help="Make, compare and list the desk's topics on Kafka.", no_args_is_help=True)

STYLES = {Severity.MISSING: "red", Severity.TOO_SMALL: "red", Severity.DIFFERS: "yellow"}


@topics.command()
def create(
    bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False
) -> None:
    """Make the topics that are missing, and write the first offsets of stages and sinks that have none.

    A topic that is there is never changed, but told where it differs.

    Example: copydesk topics create --bootstrap-servers kafka:9092
    """
    settings, desk = _load(bootstrap_servers, prefix)
    made = create_topics(settings, desk.all_topics())
    offsets = [one for one in begin_groups(settings, desk, made.created) if one.worth_telling]
    if as_json:
        differences = [_plain(one) for one in made.differences]
        _write_json(
            {
                "created": made.created,
                "existing": made.existing,
                "differences": differences,
                "offsets": [str(one) for one in offsets],
            }
        )
        return
    console = Terminal()
    for name in made.created:
        console.tell("made", "green", name)
    console.print(f"{len(made.created)} made, {len(made.existing)} there before")
    for group in offsets:
        console.tell("offsets", "yellow", group)
    _tell(console, made.differences)


@topics.command()
def check(bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False) -> None:
    """Compare the topics with what the desk wants. Exit code 1 when one is missing or too small.

    Example: copydesk topics check && copydesk worker clean
    """
    settings, desk = _load(bootstrap_servers, prefix)
    differences = check_topics(settings, desk.all_topics())
    if as_json:
        _write_json({"differences": [_plain(one) for one in differences]})
    else:
        console = Terminal()
        _tell(console, differences)
        if not differences:
            console.print(Text(f"all {len(desk.all_topics())} topics are as wanted", "green"))
    if any(one.stops for one in differences):
        raise typer.Exit(1)


@topics.command("list")
def list_topics(
    bootstrap_servers: BootstrapServers = None, prefix: Prefix = None, as_json: AsJson = False
) -> None:
    """List the topics in flow order: partitions, policy, records, and whether they are as wanted.

    Example: copydesk topics list --json
    """
    settings, desk = _load(bootstrap_servers, prefix)
    rows = _rows(settings, desk)
    if as_json:
        _write_json({"topics": rows})
        return
    table = Table("topic", "partitions", "policy", "records", "state", header_style="bold", box=SIMPLE_HEAD)
    for column in (1, 3):
        table.columns[column].justify = "right"
    for row in rows:
        table.add_row(*(_cell(row[name]) for name in ("name", "partitions", "policy", "records", "state")))
    Terminal().print(table)


@topics.command()
def acls(
    role: Annotated[
        list[str] | None, typer.Argument(metavar="[ROLE]...", help="Only these: clean, operator, ...")
    ] = None,
    user: Annotated[str | None, typer.Option(help="Kafka's user. Default: called as its role.")] = None,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Print the commands that give each role what it needs of Kafka, and no more. Nothing is changed.

    Example: copydesk topics acls clean --user desk-clean | sh
    """
    settings, desk = _load(bootstrap_servers, prefix)
    known = {one.name: one for one in roles(settings, desk)}
    for name in role or known:
        if name not in known:
            raise ConfigError(f"no role is called {name!r}; there are: {', '.join(known)}")
        for right in known[name].rights:
            typer.echo(right.command(user or name))


def _rows(settings: Settings, desk: Desk) -> list[dict[str, object]]:
    states = _states(check_topics(settings, desk.all_topics()))
    all_wanted = [wanted(settings, topic) for topic in desk.all_topics()]
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
    """Full name → the worst that is to be said of the topic."""
    order = list(Severity)
    worst = sorted(differences, key=lambda one: order.index(one.severity), reverse=True)
    return {one.topic: one.severity.value for one in worst}


def _tell(console: Terminal, differences: Iterable[Difference]) -> None:
    for one in differences:
        console.tell(one.severity, STYLES[one.severity], one.sentence)


def _plain(one: Difference) -> dict[str, str]:
    return {"topic": one.topic, "severity": one.severity.value, "sentence": one.sentence}


def _load(bootstrap_servers: str | None, prefix: str | None) -> tuple[Settings, Desk]:
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    return settings, load_desk(settings)


def _write_json(value: object) -> None:
    typer.echo(orjson.dumps(value).decode())
