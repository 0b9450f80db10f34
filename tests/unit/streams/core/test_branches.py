"""A pipeline with stages that read the same topic or write several."""

from pathlib import Path

import pytest

from streams.core.pipeline import load_pipeline, sink_topic
from streams.errors import ConfigError
from tests.support.pipelines.drawn import drawn_pipeline
from tests.support.pipelines.small import STAGES, a_pipeline

PIPELINE = drawn_pipeline(
    "raw > sort > big, small", "big > pack > packed", "big > price > priced", "priced > bill > bills"
)


def names(parts: object) -> list[str]:
    return [part.name for part in parts]  # type: ignore[attr-defined]  # stages or topics


def test_a_pipeline_knows_the_readers_and_writers_of_a_topic_and_the_stages_downstream() -> None:
    sort, pack, price, bill = PIPELINE.stages

    assert names(PIPELINE.first) == ["raw"]
    assert names(PIPELINE.outputs) == ["big", "small", "packed", "priced", "bills"]
    assert names(PIPELINE.last) == ["small", "packed", "bills"]
    assert names(PIPELINE.readers(PIPELINE.topic("big"))) == ["pack", "price"]
    assert names(PIPELINE.readers(PIPELINE.topic("small"))) == []
    assert PIPELINE.writer(PIPELINE.topic("small")) is sort
    assert [PIPELINE.writer(PIPELINE.topic(name)) for name in ("raw", "discarded")] == [None, None]
    assert names(PIPELINE.behind(sort)) == ["pack", "price", "bill"]
    assert [names(PIPELINE.behind(stage)) for stage in (price, pack, bill)] == [["bill"], [], []]


FORK = f"{STAGES}\nSTAGES = (stage('one', RAW, (MIDDLE, END)),)"
SHARED = f"{STAGES}\nSTAGES = (stage('one', RAW, MIDDLE), stage('two', RAW, END))"


@pytest.mark.parametrize("package", [FORK, SHARED])
def test_a_sink_reads_the_topic_that_its_settings_name(folder: Path, package: str) -> None:
    name = "sinks_fork" if package is FORK else "sinks_shared"
    settings = a_pipeline(folder, name, package)
    settings = settings.model_copy(update={"sinks": {"a": {"kind": "jsonl", "reads": "middle"}}})

    assert sink_topic(settings, load_pipeline(settings), "a").name == "middle"


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({}, r"^\[sinks.a\] reads: must say which topic it reads; stages write: middle, end$"),
        ({"reads": "raw"}, r"^\[sinks.a\] reads: no stage writes such a topic; stages write: middle, end$"),
    ],
)
def test_with_several_ends_a_sink_must_name_its_topic(
    folder: Path, table: dict[str, str], sentence: str
) -> None:
    settings = a_pipeline(folder, f"sinks_unnamed_{len(table)}", FORK)

    with pytest.raises(ConfigError, match=sentence):
        load_pipeline(settings.model_copy(update={"sinks": {"a": {"kind": "jsonl", **table}}}))


def test_a_sink_may_read_a_topic_that_a_stage_also_reads(folder: Path) -> None:
    settings = a_pipeline(folder, "sinks_beside")
    settings = settings.model_copy(update={"sinks": {"a": {"reads": "middle"}, "b": {}}})
    pipeline = load_pipeline(settings)

    assert [sink_topic(settings, pipeline, name).name for name in ("a", "b")] == ["middle", "end"]
