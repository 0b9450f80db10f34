"""The desk as an AsyncAPI 3 document: topics, keys, headers, records, who reads and who writes them."""

from collections.abc import Mapping
from typing import Any

import orjson

from streams.core.headers import dataschema
from streams.core.pipeline import Desk, group_name, sink_topic
from streams.core.stage import Stage
from streams.core.topic import Topic, policy_words
from streams.dead_letters.record import BY_REFERENCE
from streams.errors import CannotStart
from streams.kafka.connection import bootstrap_addresses
from streams.kafka.topics import wanted
from streams.schema import header_schemas as headers
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


def asyncapi(desk: Desk, settings: Settings, version: str) -> Node:
    """The document, for the prefix, partitions, addresses and security of `settings`."""
    examples = read_examples(desk)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Copydesk: the desk `{desk.name}`",
            "version": version,
            "description": "Operations are the desk's own: what it receives, others send, and the reverse.",
        },
        "defaultContentType": "application/json",
        "servers": servers(settings),
        "channels": {topic.name: _channel(desk, topic, settings, examples) for topic in desk.all_topics()},
        "operations": _operations(desk, settings),
        "components": {
            "schemas": definitions(desk, records(desk), SCHEMAS) | headers.schemas(),
            "securitySchemes": {name: {"type": kind} for name, kind in MECHANISMS.values()},
            "parameters": {
                "prefix": {"description": "The setting `prefix`.", "default": settings.prefix},
            },
        },
    }


def read_examples(desk: Desk) -> Mapping[str, list[Node]]:
    """Topic → its examples; none where the desk has none. Raises `CannotStart`."""
    try:
        found: dict[str, list[Node]] = orjson.loads(desk.examples.read_bytes()) if desk.examples else {}
    except (OSError, ValueError) as error:
        raise CannotStart(f"the examples of the desk in {desk.examples} cannot be read: {error}") from error
    return found


def servers(settings: Settings) -> Node:
    """Kafka's addresses by names. Raises `ConfigError`."""
    hosts = bootstrap_addresses(settings.bootstrap_servers)
    names = ["kafka", *(f"kafka-{number}" for number in range(2, len(hosts) + 1))]
    return {
        name: {"host": host, **_protocol(settings.security)} for name, host in zip(names, hosts, strict=True)
    }


def _protocol(security: SecuritySettings) -> Node:
    protocol = "kafka-secure" if security.protocol.endswith("SSL") else "kafka"
    if not security.protocol.startswith("SASL"):
        return {"protocol": protocol}
    scheme, _ = MECHANISMS[security.mechanism]
    return {"protocol": protocol, "security": [{"$ref": f"#/components/securitySchemes/{scheme}"}]}


def _channel(desk: Desk, topic: Topic, settings: Settings, examples: Mapping[str, list[Node]]) -> Node:
    want = wanted(settings, topic)
    return {
        "address": "{prefix}." + topic.name,
        "title": topic.name,
        "description": f"Key: {topic.key}. Kept: {policy_words(want.config)}.",
        "parameters": {"prefix": {"$ref": "#/components/parameters/prefix"}},
        "messages": _messages(desk, topic, examples.get(topic.name, [])),
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


def _messages(desk: Desk, topic: Topic, examples: list[Node]) -> Node:
    """Every form of record that lies in the topic, by a name of its own."""
    made = _forms(desk, topic)
    for name, message in made.items():
        shown = [_example(one) for one in examples if one["name"] == name]
        message |= {"name": name, "bindings": _key(topic)} | ({"examples": shown} if shown else {})
    return made


def _forms(desk: Desk, topic: Topic) -> dict[str, Node]:
    if topic == desk.ledger:
        return {"Resolution": {"summary": "What became of dead letters."}}
    if topic in {stage.dead for stage in desk.stages}:
        return {"DeadLetter": _letter()}
    if topic.record is None:
        return {"Bytes": {"payload": {"description": "Bytes, as they came."}}}
    outside = topic in desk.first
    made = {topic.record.__name__: _value(topic, topic.record, outside)}
    made |= {media.replace("/", "-"): _other_form(media) for media in topic.other_forms}
    if topic not in {stage.discards for stage in desk.stages}:
        made[TAKEDOWN] = _takedown(topic, outside)
    return made


def _value(topic: Topic, record: type[Any], outside: bool) -> Node:
    fixed = {"ce_type": f"copydesk.{topic.name}", "ce_dataschema": dataschema(record)}
    return {
        "title": record.__name__,
        "summary": " ".join((record.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": headers.of("read") if outside else headers.of("written", "value", **fixed),
        "payload": {"$ref": SCHEMAS.format(name=record.__name__)},
    }


def _other_form(media: str) -> Node:
    return {
        "title": media,
        "summary": f"The same as {media}: what a record would say, key and headers say.",
        "contentType": media,
        "headers": headers.of("read") | {"required": ["content-type"]},
        "payload": {"description": f"Bytes of {media}."},
    }


def _takedown(topic: Topic, outside: bool) -> Node:
    return {
        "title": TAKEDOWN,
        "summary": "A null value: what the key names is withdrawn, and no revision that is older comes back.",
        "headers": headers.of("read") if outside else headers.of("written", ce_type=f"copydesk.{topic.name}"),
        "payload": {"type": "null"},
    }


def _letter() -> Node:
    return {
        "summary": "Key, bytes and headers of what cannot be processed, and in further headers why.",
        "headers": headers.of("letter", "reference"),
        "payload": {"description": f"The original bytes; empty where the header `{BY_REFERENCE}` is there."},
    }


def _key(topic: Topic) -> Node:
    return {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": BINDING}}


def _example(one: Node) -> Node:
    return {name: one[name] for name in ("name", "headers", "payload") if name in one}


def _operations(desk: Desk, settings: Settings) -> Node:
    operations: Node = {}
    for stage in desk.stages:
        operations |= _of_stage(stage, settings)
    read_by_sinks = (*desk.last, *(sink_topic(settings, desk, name) for name in settings.sinks))
    return operations | {
        f"sinks.{topic.name}": _operation("receive", topic, "Sinks read.") for topic in read_by_sinks
    }


def _of_stage(stage: Stage, settings: Settings) -> Node:
    group = {"type": "string", "enum": [group_name(settings.prefix, stage.name)]}
    reads = _operation("receive", stage.reads, f"The stage `{stage.name}` reads.")
    return {
        f"{stage.name}.reads": reads | {"bindings": {"kafka": {"groupId": group, "bindingVersion": BINDING}}},
        **_writes(stage),
        f"{stage.name}.discards": _operation("send", stage.discards, "Of no interest."),
        f"{stage.name}.sets_aside": _operation("send", stage.dead, "Cannot be processed."),
    }


def _writes(stage: Stage) -> Node:
    """An operation for each topic; where they are several, the topic is part of its name."""
    several = len(stage.outputs) > 1
    return {
        f"{stage.name}.writes" + (f".{topic.name}" if several else ""): _operation(
            "send", topic, f"The stage `{stage.name}` writes."
        )
        for topic in stage.outputs
    }


def _operation(action: str, topic: Topic, summary: str) -> Node:
    return {"action": action, "summary": summary, "channel": {"$ref": f"#/channels/{topic.name}"}}
