"""An article and a summary of it, and the work of the stage with a model server of a test."""

import dataclasses
from typing import Any

from agents.records import Article
from agents.summaries.llm_settings import LlmSettings
from agents.summaries.settings import SummariesSettings
from agents.summaries.work import SummariesByModel, load
from tests.support.http.chat_completions import ModelServer
from tests.unit.agents.articles import tagged_article

TITLE = "Harbour board puts off the new ferry terminal"
PARAGRAPHS = (
    "The harbour board in Portsmouth has put off its plan for a new ferry terminal in the old docks by three"
    " years.",
    "The terminal would cost £12.5 million, twice what was first thought, and part of the old docks would"
    " have to be filled in.",
    "Anna Berg, who leads the board, said on Tuesday that the plan was not dead. “We will build it when we"
    " can pay for it,” she said.",
    "Shopkeepers on Gosport Street, where 340 people work, had hoped for more passengers from the ferry.",
    "John Marsh, a fisherman, was glad. The docks are where he keeps his boat, and he has no other place.",
)
ARTICLE = tagged_article("\n\n".join(PARAGRAPHS), title=TITLE)
GOOD = (
    "Portsmouth's harbour board has delayed a new ferry terminal in the old docks by three years because it"
    " would cost £12.5m. Anna Berg, who leads the board, said the plan was not dead."
)
KEY = "sk-a-key-of-the-tests-4711"


def by_model(server: ModelServer, **own: Any) -> SummariesByModel:
    """The work of the stage, which asks this server and gives up soon."""
    limits = {"timeout_seconds": 5.0, "total_seconds": 10.0, "model": "test-model"}
    llm = LlmSettings(**{"url": server.url, **limits, **own})
    work = load(SummariesSettings(method="llm", llm=llm))
    assert isinstance(work, SummariesByModel)
    return work


def with_paragraph(text: str) -> Any:
    """The article with one more paragraph in its middle."""
    paragraphs = [*PARAGRAPHS[:2], text, *PARAGRAPHS[2:]]
    return dataclasses.replace(ARTICLE, text="\n\n".join(paragraphs))


def fallback(record: Article) -> str:
    """Why the record has a summary by extraction; fails if it has none."""
    assert record.summary.method == "extractive"
    assert record.summary.text == " ".join(span.text for span in record.summary.sentences)
    [warning] = record.warnings
    return warning
