"""A sink is opened with the settings of its kind."""

from pathlib import Path

from streams.core.pipeline import load_pipeline
from streams.runtime.sink_process import open_sink
from streams.settings import load_settings


def test_the_topic_that_a_sink_reads_is_not_passed_to_its_kind(tmp_path: Path) -> None:
    table = {"kind": "jsonl", "reads": "clean", "folder": str(tmp_path / "articles")}
    settings = load_settings(pipeline="agents").model_copy(update={"sinks": {"a": table}})

    open_sink(settings, load_pipeline(settings), "a").close()

    assert (tmp_path / "articles").is_dir()
