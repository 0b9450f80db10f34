"""The settings of sinks: everything that is wrong with them is reported at once, and no value is shown."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest

from streams.core.pipeline import import_pipeline, load_pipeline
from streams.core.settings_table import read_table, words
from streams.core.sink_settings import Start, first_start, read_sink, require_sinks
from streams.errors import FaultySettings
from streams.settings import Settings, load_settings

#: What is wrong with a table, and the sentence for it.
FAULTS: dict[str, tuple[dict[str, Any], str]] = {
    "kind": ({"kind": "tape"}, "[sinks.a] kind: no kind of sink is called 'tape'; there are: jsonl, "),
    "unknown": ({"foldr": "x"}, "[sinks.a] foldr: there is no such setting; did you mean folder? There are:"),
    "far": ({"zzz": 1}, "[sinks.a] zzz: there is no such setting; There are: file_bytes, filter, folder, "),
    "type": ({"file_bytes": "many"}, "[sinks.a] file_bytes: must be a whole number"),
    "value": ({"file_bytes": 0}, "[sinks.a] file_bytes: must be above 0"),
    "from": (
        {"from": "latest"},
        '[sinks.a] from: must be "earliest" or "now": where it begins at its first start',
    ),
    "reads": ({"reads": "nothing"}, "[sinks.a] reads: no stage writes such a topic; stages write: clean, "),
    "reads no text": ({"reads": ["clean"]}, "[sinks.a] reads: no stage writes such a topic"),
    "filter no table": ({"filter": "ferry"}, "[sinks.a] filter: must be a table: [sinks.a.filter]"),
    "filter's key": (
        {"filter": {"word": "x"}},
        "[sinks.a.filter] word: there is no such setting; did you mean words? There are: entity, feed, ",
    ),
    "filter's type": (
        {"filter": {"words": [1]}},
        "[sinks.a.filter] words: must be a text or a list of texts",
    ),
    "filter's entity": (
        {"filter": {"entity": [{"name": "x", "typ": "place"}]}},
        "[sinks.a.filter] entity: must be a text or a table of name and type or a list of texts or",
    ),
    "filter's value": (
        {"filter": {"words": "!"}},
        "[sinks.a.filter] words: has a value without a letter or digit",
    ),
    "no condition": ({"filter": {}}, "[sinks.a.filter]: it has no condition; there are: language, "),
    "withdraw's type": (
        {"withdraw": "x", "filter": {"feed": "x"}},
        "[sinks.a] withdraw: must be true or false",
    ),
    "withdraw alone": ({"withdraw": True}, "[sinks.a] withdraw: needs a filter: [sinks.a.filter]"),
}


def settings_with(**sinks: dict[str, Any]) -> Settings:
    return load_settings().model_copy(update={"sinks": sinks})


def faults_of(**sinks: dict[str, Any]) -> tuple[str, ...]:
    settings = settings_with(**sinks)
    with pytest.raises(FaultySettings) as raised:
        require_sinks(settings, import_pipeline(settings))
    return raised.value.sentences


@pytest.mark.parametrize(("table", "sentence"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_a_sentence_that_names_the_table_and_the_key(
    table: dict[str, Any], sentence: str
) -> None:
    [reported] = faults_of(a={"kind": "jsonl", **table})
    assert reported.startswith(sentence)


def test_all_faults_of_all_sinks_are_found_at_once() -> None:
    wrong = {"kind": "jsonl", "foldr": "x", "file_bytes": "many", "from": "latest", "reads": "nothing"}
    hook = {"kind": "webhook", "url": "hooks.example", "concurrency": 0, "timeout_seconds": 99}

    sentences = faults_of(a={**wrong, "filter": {"word": 1, "feed": 2}}, b={}, hook=hook)

    assert [sentence.partition(":")[0] for sentence in sentences] == [
        "[sinks.a] reads",
        "[sinks.a] from",
        "[sinks.a.filter] feed",
        "[sinks.a.filter] word",
        "[sinks.a] file_bytes",
        "[sinks.a] foldr",
        "[sinks.b] kind",
        "[sinks.hook] timeout_seconds",
        "[sinks.hook] concurrency",
        "[sinks.hook] url",
        "[sinks.hook] secret",
    ]


def test_no_fault_shows_a_value_and_no_key_forges_a_line() -> None:
    table = {"kind": "webhook", "url": ["hunter2"], "secret": 1.5, "hunter\n[sinks.b] \x1b[31m" + "x" * 99: 1}

    sentences = faults_of(a=table)

    assert len(sentences) == 3
    assert "hunter2" not in "".join(sentences)
    assert [sentence for sentence in sentences if not sentence.isprintable() or len(sentence) > 400] == []


def test_sinks_without_a_fault_are_read_and_have_their_defaults() -> None:
    filtered = {"kind": "sql", "from": "now", "filter": {"feed": "wire"}, "withdraw": "false"}
    settings = settings_with(jsonl={}, a=filtered)
    pipeline = load_pipeline(settings)

    require_sinks(settings, pipeline)
    plain, read = (read_sink(settings, pipeline, name) for name in ("jsonl", "a"))

    assert (plain.passes, plain.withdraw, first_start(settings, "jsonl")) == (None, None, Start.EARLIEST)
    assert read.passes is not None
    assert [read.passes(b'{"feed": "%s"}' % feed) for feed in (b"wire", b"w")] == [True, False]
    assert (read.withdraw, first_start(settings, "a")) == (False, Start.NOW)


@pytest.mark.parametrize("command", [["up"], ["sink", "a"], ["config", "show"]])
def test_a_command_reports_all_faults_before_anything_starts_each_in_a_line(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    file = tmp_path / "copydesk.toml"
    faulty = '[sinks.a]\nkind = "jsonl"\nfoldr = 1\nreads = "x"\nfile_bytes = 0.5\n'
    file.write_text(f'bootstrap_servers = "127.0.0.1:1"\n{faulty}')
    monkeypatch.setenv("COPYDESK_CONFIG", str(file))

    done = subprocess.run([sys.executable, "-m", "streams", *command], capture_output=True, text=True)

    lines = [line for line in done.stderr.splitlines() if "[sinks.a]" in line]
    assert done.returncode == 2
    assert [line.partition(":")[2].split(":")[0] for line in lines] == [
        " [sinks.a] reads",
        " [sinks.a] file_bytes",
        " [sinks.a] foldr",
    ]


@dataclass(frozen=True, kw_only=True)
class Table:
    needed: str
    number: float = 1.0
    choice: Literal["a", "b"] = "a"
    headers: dict[str, str] = field(default_factory=dict)


def test_a_table_is_read_from_the_texts_of_the_environment_and_missing_keys_are_faults() -> None:
    read, faults = read_table(Table, {"needed": "x", "number": "2.5"}, "t")
    assert (read, faults) == (Table(needed="x", number=2.5), {})
    assert read_table(Table, {}, "t") == (None, {"needed": "[t] needed: is missing"})


def test_a_fault_in_one_key_hides_none_of_another_and_is_reported_once() -> None:
    hook = {"kind": "webhook", "url": 5, "concurrency": 0, "secrets": "x"}
    minutes = {"kind": "parquet", "minutes": 99, "file_bytes": "many"}
    sentences = [sentence.partition(":")[0] for sentence in faults_of(hook=hook, archive=minutes)]
    assert sentences == [
        "[sinks.hook] secrets",
        "[sinks.hook] url",
        "[sinks.hook] concurrency",
        "[sinks.hook] secret",
        "[sinks.archive] file_bytes",
        "[sinks.archive] minutes",
    ]


@pytest.mark.parametrize(
    ("hint", "phrase"),
    [
        (int, "a whole number"),
        (float | None, "a number"),
        (Literal["a", "b"], "one of a, b"),
        (dict[str, str], "a table of texts"),
        (str | list[str], "a text or a list of texts"),
        (list[bool], "a list of true or false"),
        (Callable[[], int], "a Callable"),
    ],
)
def test_a_type_is_said_in_words(hint: Any, phrase: str) -> None:
    assert words(hint) == phrase
