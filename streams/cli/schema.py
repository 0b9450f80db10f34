from importlib.metadata import version

import orjson
import typer

from streams.cli.options import load
from streams.errors import ConfigError
from streams.schema.asyncapi import asyncapi
from streams.schema.json_schema import pipeline_schema, topic_schema


def schema(
    *, topic: str | None, as_asyncapi: bool, bootstrap_servers: str | None, prefix: str | None
) -> None:
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
