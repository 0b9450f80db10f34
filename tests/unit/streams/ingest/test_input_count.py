"""The number of inputs that a progress bar counts to."""

import gzip
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.ingest import input_count as counting
from streams.ingest.files import ReadOptions, find_sources, read_sources
from streams.ingest.input_count import input_count

LINE = st.sampled_from([b'{"url":"https://a.example/1"}', b"not json", b"{}"])


@given(st.lists(LINE, min_size=1), st.integers(0, 3), st.booleans())
def test_the_number_of_inputs_is_that_which_is_read(lines: list[bytes], pages: int, ended: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n" * ended)
        for number in range(pages):
            (folder / f"{number}.html").write_bytes(b"<p>")
        sources = find_sources([name], ReadOptions())

        assert input_count(sources) == len(list(read_sources(sources, ReadOptions())))


@pytest.mark.parametrize("name", ["-", "a.jsonl.gz", "a.warc", "large.jsonl"])
def test_the_number_is_not_known_without_reading_everything(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "COUNTED_BYTES", 10)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    (tmp_path / "a.warc").write_bytes(b"")
    (tmp_path / "large.jsonl").write_bytes(b'{"url":"x"}\n')

    assert input_count(find_sources([name if name == "-" else str(tmp_path / name)], ReadOptions())) is None
