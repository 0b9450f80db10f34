"""Options that several commands share."""

from typing import Annotated

import typer

BootstrapServers = Annotated[
    str | None,
    typer.Option(
        "--bootstrap-servers",
        "-b",
        metavar="HOST:PORT,...",
        help="Kafka's addresses, instead of those in the configuration.",
    ),
]
Prefix = Annotated[
    str | None,
    typer.Option("--prefix", metavar="WORD", help="First word of the topics, instead of the configured one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for scripts.")]
