from importlib.metadata import version
from typing import Annotated

import orjson
import typer

from streams.cli.options import BootstrapServers, Prefix, load
from streams.errors import ConfigError
from streams.schema.asyncapi import asyncapi
from streams.schema.json_schema import pipeline_schema, topic_schema


def schema(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="The topic, with or without the prefix; none: all records."),
    ] = None,
    as_asyncapi: Annotated[
        bool, typer.Option("--asyncapi", help="Topics, keys, headers and records as AsyncAPI 3.")
    ] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
) -> None:
    """Write the JSON Schema (2020-12) of a topic's records, or of all. Kafka is not asked.

    Example: copydesk schema summaries > article.schema.json
    """
    settings, pipeline = load(bootstrap_servers, prefix)
    if as_asyncapi and topic:
        raise ConfigError("--asyncapi writes all topics into one document: leave TOPIC out")
    if as_asyncapi:
        document = asyncapi(pipeline, settings, version("copydesk"))
    elif topic:
        document = topic_schema(pipeline, pipeline.topic(topic.removeprefix(f"{settings.prefix}.")))
    else:
        document = pipeline_schema(pipeline)
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
