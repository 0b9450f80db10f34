"""A sink is opened with the settings of its kind."""

from pathlib import Path

import pytest

from agents import SINKS
from streams.core.pipeline import load_pipeline
from streams.core.sink_settings import read_sink
from streams.errors import ConfigError
from streams.runtime.sink_process import open_sink
from streams.settings import load_settings


def test_a_sink_has_its_own_name_and_the_topic_that_it_reads_is_not_passed_to_its_kind(
    tmp_path: Path,
) -> None:
    table = {"kind": "jsonl", "reads": "clean", "folder": str(tmp_path / "articles")}
    settings = load_settings(pipeline="agents").model_copy(update={"sinks": {"a": table}})

    open_sink(read_sink(settings, load_pipeline(settings), "a"), "a").close()

    assert (tmp_path / "articles").is_dir()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("sqlite", "there is no sink 'sqlite' in the configuration; it has: archive, jsonl, odd"),
        ("odd", f"[sinks.odd] kind: no kind of sink is called 'tape'; there are: {', '.join(sorted(SINKS))}"),
        (
            "jsonl",
            "[sinks.jsonl] foldr: there is no such setting; did you mean folder?"
            " There are: file_bytes, filter, folder, from, kind, reads, with_headers, withdraw",
        ),
    ],
)
def test_a_wrong_sink_is_an_error_of_one_sentence(name: str, sentence: str) -> None:
    sinks = {"jsonl": {"foldr": "x"}, "odd": {"kind": "tape"}, "archive": {"kind": "jsonl"}}
    settings = load_settings(sinks=sinks)
    with pytest.raises(ConfigError) as raised:
        read_sink(settings, load_pipeline(settings), name)
    assert str(raised.value) == sentence
