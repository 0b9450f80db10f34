"""The operations of a pipeline with branches in its AsyncAPI document."""

from streams.schema.asyncapi import asyncapi
from streams.settings import load_settings
from tests.support.pipelines.drawn import drawn_pipeline

PIPELINE = drawn_pipeline("raw > sort > big, small", "big > pack > packed", "big > price > priced")
SETTINGS = load_settings(prefix="t").model_copy(update={"sinks": {}})


def test_each_stage_reads_with_its_own_group_and_writes_each_of_its_topics() -> None:
    document = asyncapi(PIPELINE, SETTINGS.model_copy(update={"sinks": {"a": {"reads": "big"}}}), "1")
    operations = document["operations"]

    channels = {name: part["channel"]["$ref"].rpartition("/")[2] for name, part in operations.items()}
    assert {name: channel for name, channel in channels.items() if "reads" in name or "writes" in name} == {
        "sort.reads": "raw",
        "sort.writes.big": "big",
        "sort.writes.small": "small",
        "pack.reads": "big",
        "pack.writes": "packed",
        "price.reads": "big",
        "price.writes": "priced",
    }
    groups = {
        name.removesuffix(".reads"): operation["bindings"]["kafka"]["groupId"]["enum"]
        for name, operation in operations.items()
        if name.endswith(".reads")
    }
    assert groups == {stage: [f"copydesk.t.{stage}"] for stage in ("sort", "pack", "price")}
    read_by_sinks = sorted(name for name in channels if name.startswith("sinks."))
    assert read_by_sinks == ["sinks.big", "sinks.packed", "sinks.priced", "sinks.small"]
    assert all(operations[name]["action"] == "send" for name in channels if "writes" in name)


def test_every_output_has_the_takedown_among_its_messages() -> None:
    channels = asyncapi(PIPELINE, SETTINGS, "1")["channels"]

    with_takedown = [name for name, channel in channels.items() if "Takedown" in channel["messages"]]
    assert with_takedown == ["raw", "big", "small", "packed", "priced"]
