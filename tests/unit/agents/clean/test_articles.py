"""Recorded articles: each has a folder in tests/articles. expected.py there says how to add another."""

import json

import pytest

from agents.clean.settings import CleanSettings
from agents.clean.work import load
from tests.articles.expected import CASES, FOLDER, outcome

WORK = load(CleanSettings())


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_article_is_cleaned_as_expected(name: str) -> None:
    assert outcome(WORK, name) == json.loads((FOLDER / name / "expected.json").read_text("utf-8"))
