"""The schemas of the records of a pipeline: required fields, descriptions, and topics without a schema."""

from dataclasses import dataclass, field
from typing import Annotated

import pytest
from jsonschema import Draft202012Validator
from msgspec import Meta

from streams.core.pipeline import Pipeline
from streams.core.stage import Stage
from streams.core.topic import Key, Topic
from streams.errors import ConfigError
from streams.schema.json_schema import pipeline_schema, topic_schema


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where it is."""

    name: str
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class Step:
    """What was done."""

    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What comes in."""

    url: Annotated[str, Meta(description="Where it comes from.")]
    weight: float = 0.0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Weighed(Parcel):
    """What goes out."""

    steps: Annotated[list[Step], Meta(description="In their order.")] = field(default_factory=list)


async def agent(stream: object, loop: object) -> None: ...


IN = Topic(name="raw", key=Key.of("url"), record=Parcel)
OUT = Topic(name="weighed", key=Key.of("url"), record=Weighed)
STAGE = Stage(name="weighed", version="1", reads=IN, writes=OUT, discards=OUT, work="x:y", agent=agent)
PIPELINE = Pipeline(name="post", stages=(STAGE,), sinks={}, topics=(IN, OUT))


def test_a_record_from_others_may_omit_fields_that_have_a_default() -> None:
    validator = Draft202012Validator(topic_schema(PIPELINE, IN))
    assert validator.is_valid({"url": "a"})
    assert validator.is_valid({"url": "a", "place": {"name": "Leeds"}, "more": 1})
    assert not validator.is_valid({"weight": 1.0})
    assert not validator.is_valid({"url": "a", "weight": "heavy"})


def test_a_record_that_a_stage_writes_has_every_field_and_may_have_more() -> None:
    whole = {"url": "a", "weight": 1.0, "place": None, "steps": [{"by": None}]}
    validator = Draft202012Validator(topic_schema(PIPELINE, OUT))
    assert validator.is_valid(whole)
    assert validator.is_valid(whole | {"later": 1, "steps": [{"by": "me", "later": 1}]})
    assert not any(
        validator.is_valid({name: value for name, value in whole.items() if name != left_out})
        for left_out in whole
    )
    assert not validator.is_valid(whole | {"steps": [{}]})


def test_a_nested_record_that_others_also_send_keeps_its_defaults() -> None:
    validator = Draft202012Validator(topic_schema(PIPELINE, OUT))
    assert validator.is_valid({"url": "a", "weight": 1.0, "place": {"name": "Leeds"}, "steps": []})


def test_a_schema_has_the_descriptions_of_the_record_and_of_inherited_fields() -> None:
    schema = topic_schema(PIPELINE, OUT)
    assert (schema["title"], schema["description"]) == ("Weighed", "What goes out.")
    words = {name: field.get("description") for name, field in schema["properties"].items()}
    assert words == {"url": "Where it comes from.", "weight": None, "place": None, "steps": "In their order."}


def test_each_schema_is_valid_and_has_the_name_that_is_in_the_header() -> None:
    for topic, name in ((IN, "urn:copydesk:Parcel"), (OUT, "urn:copydesk:Weighed")):
        schema = topic_schema(PIPELINE, topic)
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert schema["$id"] == name


def test_one_document_holds_all_schemas() -> None:
    document = pipeline_schema(PIPELINE)
    Draft202012Validator.check_schema(document)
    assert set(document["$defs"]) == {"Parcel", "Weighed", "Place", "Step"}
    weighed = Draft202012Validator({**document, "$ref": "#/$defs/Weighed"})
    assert weighed.is_valid({"url": "a", "weight": 1.0, "place": None, "steps": []})
    assert not weighed.is_valid({"url": "a", "weight": 1.0, "place": 3, "steps": []})


def test_a_topic_of_bytes_has_no_schema() -> None:
    with pytest.raises(ConfigError, match=r"topic dead\.weighed has no schema"):
        topic_schema(PIPELINE, STAGE.dead)
