"""A list of URLs is no article."""

from pathlib import Path

import pytest

from streams.errors import Invalid
from streams.ingest.files import ReadOptions, RejectedInput, find_sources, read_sources
from streams.ingest.url_list import reject_url_list

MANY = b"".join(b"https://a.example/%d\n" % number for number in range(10_000))


@pytest.mark.parametrize(
    "body", [b"https://a.example/1\nHTTP://b.example/?q=1\n", b" https://a.example/ \n\n", MANY]
)
def test_urls_alone_are_rejected(body: bytes) -> None:
    with pytest.raises(Invalid, match="and no article: Copydesk does not fetch pages"):
        reject_url_list(body)


@pytest.mark.parametrize(
    "body",
    [b"", b"\n", b"Read more at https://a.example/1", b"https://a.example/1 says so", b"Links:\n" + MANY],
)
def test_a_text_is_no_list(body: bytes) -> None:
    reject_url_list(body)


def test_a_file_of_urls_is_rejected_as_a_text_and_line_by_line(tmp_path: Path) -> None:
    urls = 'https://a.example/1\n"https://a.example/2"\n'
    (tmp_path / "a.jsonl").write_text(urls)
    (tmp_path / "b.txt").write_text(urls)
    read = list(read_sources(find_sources([str(tmp_path)], ReadOptions()), ReadOptions()))

    reasons = [entry.reason.split(":")[0] for entry in read if isinstance(entry, RejectedInput)]
    assert reasons == ["it is a URL and no article"] * 2 + ["it is a list of URLs and no article"]
