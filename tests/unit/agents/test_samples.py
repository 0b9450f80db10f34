"""Each page of the demo has the outcome that its index names."""

import tomllib

import pytest

from agents.clean.settings import CleanSettings
from agents.clean.work import load
from agents.records import CleanArticle
from agents.topics import RAW
from streams.core.message import Message
from streams.core.stage import Discard
from streams.errors import Invalid
from streams.ingest.files import Input, ReadOptions, find_sources, read_sources
from tests.support.places import ROOT

SAMPLES = ROOT / "agents/samples"
PAGES = tomllib.loads((SAMPLES / "index.toml").read_text("utf-8"))["page"]
WORK = load(CleanSettings())


def result(file: str) -> CleanArticle | Discard:
    [page] = read_sources(find_sources([str(SAMPLES / file)], ReadOptions()), ReadOptions())
    assert isinstance(page, Input)
    record = page.record
    message = Message(
        topic="news.raw", partition=0, offset=0, timestamp=0, key=record.key, value=record.value,
        headers=record.headers,
    )  # fmt: skip
    return WORK(RAW.decode(message))


@pytest.mark.parametrize("page", PAGES, ids=[page["file"] for page in PAGES])
def test_a_sample_has_the_outcome_that_the_index_names(page: dict[str, str]) -> None:
    if page["outcome"] == "dead":
        with pytest.raises(Invalid):
            result(page["file"])
    elif page["outcome"] == "discarded":
        assert result(page["file"]) == Discard(page["reason"], page.get("kind"))
    else:
        article = result(page["file"])
        assert isinstance(article, CleanArticle)
        assert article.title
        assert article.warnings == []
        assert article.authors or article.agencies


def test_the_index_names_every_file_of_the_folder() -> None:
    files = {path.name for path in SAMPLES.iterdir()} - {"index.toml"}

    assert {page["file"] for page in PAGES} == files


def test_the_samples_are_in_four_languages_and_cover_every_outcome() -> None:
    finished = [page["file"] for page in PAGES if page["outcome"] == "finished"]
    articles = [article for file in finished if isinstance(article := result(file), CleanArticle)]

    assert {article.language.code for article in articles} == {"de", "en", "es", "fr"}
    assert {page["outcome"] for page in PAGES} == {"finished", "discarded", "dead"}


def test_a_correction_keeps_the_id_and_changes_the_content() -> None:
    first, second = (result(f"harbour-courier-ferry{name}.html") for name in ("", "-corrected"))

    assert isinstance(first, CleanArticle)
    assert isinstance(second, CleanArticle)
    assert first.id == second.id
    assert first.content_hash != second.content_hash
