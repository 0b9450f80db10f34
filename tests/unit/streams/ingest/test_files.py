"""Which files become records, in which order, and what is rejected."""

import gzip
import io
import sys
import zlib
from pathlib import Path

import pytest

from agents.topics import RAW
from streams.core.message import RecordToPublish
from streams.errors import ConfigError
from streams.ingest import files
from streams.ingest.files import Input, ReadOptions, RejectedInput, find_sources, read_sources

CANONICAL = b'<link rel="canonical" href="https://a.example/%s">'


def read(*paths: Path | str, options: ReadOptions | None = None) -> list[Input | RejectedInput]:
    options = options or ReadOptions()
    return list(read_sources(find_sources([str(path) for path in paths], options), options))


def values(inputs: list[Input | RejectedInput]) -> list[bytes]:
    return [entry.record.value for entry in inputs if isinstance(entry, Input)]


def rejections(inputs: list[Input | RejectedInput]) -> list[RejectedInput]:
    return [entry for entry in inputs if isinstance(entry, RejectedInput)]


def keys(inputs: list[Input | RejectedInput]) -> list[bytes | None]:
    return [entry.record.key for entry in inputs if isinstance(entry, Input)]


def test_json_lines_are_published_unchanged_with_their_url_as_key(tmp_path: Path) -> None:
    lines = tmp_path / "crawl.jsonl"
    article = b'{"b":1,  "url":"https://a.example/1", "html":"\\u00e9"}'
    lines.write_bytes(article + b'\r\n\n{"html":"x"}\nnot json\n[1]')

    inputs = read(lines)

    assert values(inputs) == [article, b'{"html":"x"}', b"not json", b"[1]"]
    assert keys(inputs) == [b"https://a.example/1", None, None, None]
    assert [entry.where for entry in inputs] == [f"{lines} line {number}" for number in (1, 3, 4, 5)]
    headers = {entry.record.headers for entry in inputs if isinstance(entry, Input)}
    assert headers == {(("content-type", b"application/json"),)}


def test_lines_that_are_not_articles_are_rejected_with_the_option_check(tmp_path: Path) -> None:
    (tmp_path / "crawl.ndjson").write_bytes(b'{"url":"https://a.example/1"}\nnot json\n{"html":"x"}\n')

    inputs = read(tmp_path / "crawl.ndjson", options=ReadOptions(check=True))

    assert keys(inputs) == [b"https://a.example/1"]
    rejected = rejections(inputs)
    assert [entry.where.rpartition(" ")[2] for entry in rejected] == ["2", "3"]
    assert rejected[0].reason.startswith("it is not a JSON article: ")
    assert rejected[1].reason == "it has no url"


def test_a_line_nested_too_deeply_to_be_parsed_is_published_and_so_is_the_next_one(tmp_path: Path) -> None:
    deep = b'{"url": "https://a.example/1", "meta": ' + b"[" * 5000 + b"]" * 5000 + b"}"
    (tmp_path / "a.jsonl").write_bytes(deep + b"\n" + b'{"url": "https://a.example/2"}\n')
    assert values(read(tmp_path / "a.jsonl")) == [deep, b'{"url": "https://a.example/2"}']


def test_compressed_files_are_read_as_their_content(tmp_path: Path) -> None:
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(CANONICAL % b"1"))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(b'{"url":"https://a.example/2"}\n'))

    assert keys(read(tmp_path)) == [b"https://a.example/1", b"https://a.example/2"]


def test_a_broken_compressed_file_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"url":"https://a.example/1"}\n' * 1000)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[:-20])
    (tmp_path / "b.jsonl.gz").write_bytes(b"no archive")
    (tmp_path / "c.jsonl").write_bytes(b'{"url":"https://a.example/3"}')

    inputs = read(tmp_path)

    rejected = rejections(inputs)
    assert [Path(entry.where).name for entry in rejected] == ["a.jsonl.gz", "b.jsonl.gz"]
    assert all(entry.reason.startswith("it cannot be read: ") for entry in rejected)
    assert keys(inputs)[-1] == b"https://a.example/3"


def test_a_folder_is_read_in_the_order_of_its_index_then_by_name_without_hidden_files(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", "feed.xml", "note.md", ".hidden.html"):
        (tmp_path / name).write_bytes(CANONICAL % name.encode())
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "d.html").write_bytes(CANONICAL % b"d")
    (tmp_path / "index.toml").write_text(
        '[[page]]\nfile = "feed.xml"\nurl = "https://a.example/feed"\n[[page]]\nfile = "b.html"\n'
    )

    names = [b"https://a.example/" + name for name in (b"feed", b"b.html", b"a.html", b"d")]
    assert keys(read(tmp_path)) == names


def test_a_missing_file_of_the_index_and_a_page_without_a_url_are_rejected_and_the_others_are_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "index.toml").write_text('[[page]]\nfile = "gone.html"\nurl = "https://a.example/"\n')
    (tmp_path / "a.html").write_bytes(b"<p>Who am I")
    (tmp_path / "b.html").write_bytes(CANONICAL % b"2")

    missing, without_url, present = read(tmp_path)

    assert isinstance(missing, RejectedInput)
    assert "No such file" in missing.reason
    assert without_url == RejectedInput(
        where=str(tmp_path / "a.html"),
        reason="its URL is not known: give --url, an index.toml beside it, or a canonical link in it",
    )
    assert isinstance(present, Input)


def test_a_json_document_of_several_lines_is_one_record(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{\n "url": "https://a.example/1"\n}\n')

    assert keys(read(tmp_path / "a.json")) == [b"https://a.example/1"]


def test_standard_input_holds_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.TextIOWrapper(io.BytesIO(b'{"url":"https://a.example/1"}\n{"url":"https://a.example/2"}\n'))
    monkeypatch.setattr(sys, "stdin", piped)

    inputs = read("-")

    assert keys(inputs) == [b"https://a.example/1", b"https://a.example/2"]
    assert inputs[1].where == "standard input line 2"


@pytest.mark.parametrize("size", [29, 30, 31, 60, 61, 62, 1000])
def test_a_line_that_is_too_long_is_rejected_and_the_line_after_one_of_any_length_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(files, "RECORD_BYTES", 30)
    (tmp_path / "a.jsonl").write_bytes(b"x" * size + b"\n" + b'{"url":"https://a.example/2"}')

    first, last = read(tmp_path / "a.jsonl")

    too_long = RejectedInput(where=f"{tmp_path / 'a.jsonl'} line 1", reason="it is larger than 30 bytes")
    assert isinstance(first, Input) if size <= 30 else first == too_long
    assert (keys([last]), last.where[-6:]) == ([b"https://a.example/2"], "line 2")


def test_paths_and_options_that_make_no_sense_are_an_error_of_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    (tmp_path / "empty").mkdir()

    with pytest.raises(ConfigError, match="nowhere is neither a file nor a folder"):
        read("nowhere")
    with pytest.raises(ConfigError, match=r"a\.pdf cannot be read; these can: "):
        read(tmp_path / "a.pdf")
    with pytest.raises(ConfigError, match="there is nothing to publish in "):
        read(tmp_path / "empty")
    with pytest.raises(ConfigError, match="--url names the URL of one page"):
        read("-", options=ReadOptions(url="https://a.example/"))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.html.gz", "a.json.gz"])
def test_a_file_that_unpacks_to_far_more_is_rejected_before_its_end(tmp_path: Path, name: str) -> None:
    layer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = layer.compress(CANONICAL % b"1") + layer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush a block does not depend on earlier ones, and may be repeated. The file has no end.
    block = layer.compress(b"a" * 2**20) + layer.flush(zlib.Z_FULL_FLUSH)
    (tmp_path / name).write_bytes(start + block * 300)

    [rejected] = read(tmp_path / name)

    assert isinstance(rejected, RejectedInput)
    reasons = {"a.jsonl.gz": "it cannot be read: it unpacks to more than 200 times its size"}
    assert rejected.reason == reasons.get(name, "it is larger than 67,108,864 bytes")


def test_a_page_that_the_stage_cannot_read_is_rejected_with_the_error_of_the_topic(tmp_path: Path) -> None:
    def need_readable(record: RecordToPublish) -> None:
        RAW.decode(record.as_message("news.raw"))

    (tmp_path / "a.html").write_bytes(CANONICAL % b"1")
    (tmp_path / "b.html").write_bytes(b'<link rel="canonical" href="http://[b">x')
    (tmp_path / "c.jsonl").write_bytes(b'{"url": "https://a.example/", "url": "https://b.example/"}')

    inputs = read(tmp_path, options=ReadOptions(check=True, need_readable=need_readable))

    assert keys(inputs) == [b"https://a.example/1"]
    assert [entry.reason for entry in rejections(inputs)] == [
        "the url 'http://[b' is not an http or https URL that a browser opens",
        "the JSON names 'url' twice",
    ]


def test_an_invalid_time_in_the_index_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(CANONICAL % b"1")
    time = "9999-12-31T23:59:59-23:59"
    (tmp_path / "index.toml").write_text(f'[[page]]\nfile = "a.html"\nfetched_at = "{time}"\n')
    [rejected] = read(tmp_path)
    assert isinstance(rejected, RejectedInput)
    assert rejected.reason.startswith(f"its fetched_at in index.toml, '{time}', is not a time")
