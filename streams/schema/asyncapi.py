"""The pipeline as an AsyncAPI 3 document: topics, keys, headers, records, their readers and writers."""

from collections.abc import Mapping
from typing import Any

import orjson

from streams.core.pipeline import Pipeline, sink_topic
from streams.core.record_headers import dataschema
from streams.core.stage import Stage
from streams.core.topic import Topic, policy_words
from streams.dead_letters.record import BY_REFERENCE
from streams.errors import CannotStart
from streams.kafka.connection import bootstrap_addresses
from streams.kafka.topics import wanted
from streams.schema import header_schemas
from streams.schema.json_schema import definitions, records
from streams.settings import SecuritySettings, Settings

#: Of the AsyncAPI binding for Kafka.
BINDING = "0.5.0"
MECHANISMS = {
    "PLAIN": ("plain", "plain"),
    "SCRAM-SHA-256": ("scram-sha-256", "scramSha256"),
    "SCRAM-SHA-512": ("scram-sha-512", "scramSha512"),
}
SCHEMAS = "#/components/schemas/{name}"
TAKEDOWN = "Takedown"

Node = dict[str, Any]
Examples = Mapping[str, list[Node]]


def asyncapi(pipeline: Pipeline, settings: Settings, version: str) -> Node:
    """The document, for the prefix, partitions, addresses and security of `settings`."""
    examples = read_examples(pipeline)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Copydesk: the pipeline `{pipeline.name}`",
            "version": version,
            "description": "Operations are the pipeline's: what it receives, others send, and the reverse.",
        },
        "defaultContentType": "application/json",
        "servers": servers(settings),
        "channels": {
            topic.name: _channel(pipeline, topic, settings, examples) for topic in pipeline.all_topics()
        },
        "operations": _operations(pipeline, settings),
        "components": {
            "schemas": definitions(pipeline, records(pipeline), SCHEMAS) | header_schemas.schemas(),
            "securitySchemes": {name: {"type": kind} for name, kind in MECHANISMS.values()},
            "parameters": {"prefix": {"description": "The setting `prefix`.", "default": settings.prefix}},
        },
    }


def read_examples(pipeline: Pipeline) -> Examples:
    """Topic → its examples; empty if the pipeline has none. Raises `CannotStart`."""
    if not pipeline.examples:
        return {}
    try:
        examples: dict[str, list[Node]] = orjson.loads(pipeline.examples.read_bytes())
    except (OSError, ValueError) as error:
        sentence = f"the examples of the pipeline in {pipeline.examples} cannot be read: {error}"
        raise CannotStart(sentence) from error
    return examples


def servers(settings: Settings) -> Node:
    """Kafka's addresses by names. Raises `ConfigError`."""
    hosts = enumerate(bootstrap_addresses(settings.bootstrap_servers), 1)
    protocol = _protocol(settings.security)
    return {f"kafka-{n}" if n > 1 else "kafka": {"host": host, **protocol} for n, host in hosts}


def _protocol(security: SecuritySettings) -> Node:
    protocol = "kafka-secure" if security.protocol.endswith("SSL") else "kafka"
    if not security.protocol.startswith("SASL"):
        return {"protocol": protocol}
    scheme, _ = MECHANISMS[security.mechanism]
    return {"protocol": protocol, "security": [{"$ref": f"#/components/securitySchemes/{scheme}"}]}


def _channel(pipeline: Pipeline, topic: Topic, settings: Settings, examples: Examples) -> Node:
    want = wanted(settings, topic)
    return {
        "address": "{prefix}." + topic.name,
        "title": topic.name,
        "description": f"Key: {topic.key.description}. Kept: {policy_words(want.config)}.",
        "parameters": {"prefix": {"$ref": "#/components/parameters/prefix"}},
        "messages": _messages(pipeline, topic, examples.get(topic.name, [])),
        "bindings": {
            "kafka": {
                "partitions": want.partitions,
                "replicas": want.replication,
                "topicConfiguration": _configuration(want.config),
                "bindingVersion": BINDING,
            }
        },
    }


def _configuration(config: Mapping[str, str]) -> Node:
    """Kafka's topic settings, numbers as numbers and the cleanup policies as a list."""
    typed: Node = {name: int(value) if value.isdecimal() else value for name, value in config.items()}
    return typed | {"cleanup.policy": config["cleanup.policy"].split(",")}


def _messages(pipeline: Pipeline, topic: Topic, examples: list[Node]) -> Node:
    """Every form of the topic's records, by name."""
    forms = _forms(pipeline, topic)
    for name, message in forms.items():
        shown = [_example(example) for example in examples if example["name"] == name]
        message |= {"name": name, "bindings": _key(topic)} | ({"examples": shown} if shown else {})
    return forms


def _forms(pipeline: Pipeline, topic: Topic) -> dict[str, Node]:
    if topic == pipeline.ledger:
        return {"Resolution": {"summary": "How dead letters were resolved."}}
    if topic in {stage.dead for stage in pipeline.stages}:
        return {"DeadLetter": _dead_letter()}
    if topic.record is None:
        return {"Bytes": {"payload": {"description": "Bytes, as received."}}}
    from_others = topic in pipeline.first
    forms = {topic.record.__name__: _value(topic, topic.record, from_others)}
    forms |= {media.replace("/", "-"): _other_form(media) for media in topic.other_forms}
    if topic not in {stage.discards for stage in pipeline.stages}:
        forms[TAKEDOWN] = _takedown(topic, from_others)
    return forms


def _value(topic: Topic, record: type[Any], from_others: bool) -> Node:
    headers = {"ce_type": f"copydesk.{topic.name}", "ce_dataschema": dataschema(record)}
    written = header_schemas.of("written", "value", **headers)
    return {
        "title": record.__name__,
        "summary": " ".join((record.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": header_schemas.of("read") if from_others else written,
        "payload": {"$ref": SCHEMAS.format(name=record.__name__)},
    }


def _other_form(media: str) -> Node:
    return {
        "title": media,
        "summary": f"The same as {media}: what a record would say, key and headers say.",
        "contentType": media,
        "headers": header_schemas.of("read") | {"required": ["content-type"]},
        "payload": {"description": f"Bytes of {media}."},
    }


def _takedown(topic: Topic, from_others: bool) -> Node:
    written = header_schemas.of("written", ce_type=f"copydesk.{topic.name}")
    return {
        "title": TAKEDOWN,
        "summary": "A null value: the article of this key is removed, and no older revision brings it back.",
        "headers": header_schemas.of("read") if from_others else written,
        "payload": {"type": "null"},
    }


def _dead_letter() -> Node:
    return {
        "summary": "Key, bytes and headers of what cannot be processed, and in further headers the reason.",
        "headers": header_schemas.of("dead_letter", "reference"),
        "payload": {"description": f"The original bytes; empty if there is a header `{BY_REFERENCE}`."},
    }


def _key(topic: Topic) -> Node:
    return {
        "kafka": {"key": {"type": "string", "description": topic.key.description}, "bindingVersion": BINDING}
    }


def _example(example: Node) -> Node:
    return {name: example[name] for name in ("name", "headers", "payload") if name in example}


def _operations(pipeline: Pipeline, settings: Settings) -> Node:
    operations: Node = {}
    for stage in pipeline.stages:
        operations |= _of_stage(stage, settings)
    read_by_sinks = (*pipeline.last, *(sink_topic(settings, pipeline, name) for name in settings.sinks))
    return operations | {
        f"sinks.{topic.name}": _operation("receive", topic, "Sinks read.") for topic in read_by_sinks
    }


def _of_stage(stage: Stage, settings: Settings) -> Node:
    group = {"type": "string", "enum": [stage.group]}
    reads = _operation("receive", stage.reads, f"The stage `{stage.name}` reads.")
    return {
        f"{stage.name}.reads": reads | {"bindings": {"kafka": {"groupId": group, "bindingVersion": BINDING}}},
        **_writes(stage),
        f"{stage.name}.discards": _operation("send", stage.discards, "Of no interest."),
        f"{stage.name}.sets_aside": _operation("send", stage.dead, "Cannot be processed."),
    }


def _writes(stage: Stage) -> Node:
    """An operation for each topic; if there are several, the topic is part of its name."""
    several = len(stage.outputs) > 1
    summary = f"The stage `{stage.name}` writes."
    names = {topic: f"{stage.name}.writes{f'.{topic.name}' if several else ''}" for topic in stage.outputs}
    return {name: _operation("send", topic, summary) for topic, name in names.items()}


def _operation(action: str, topic: Topic, summary: str) -> Node:
    return {"action": action, "summary": summary, "channel": {"$ref": f"#/channels/{topic.name}"}}
