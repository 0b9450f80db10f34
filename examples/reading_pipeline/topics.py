"""clean ──reading──▶ reading, beside clean ──entities──▶ entities"""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from agents.records import CleanArticle
from agents.topics import SUMMARIES
from agents.topics import TOPICS as BEFORE
from streams.core.topic import Key, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedArticle(CleanArticle):
    """clean → reading: the article and the time it takes."""

    reading_seconds: Annotated[int, Meta(description="How many seconds an adult needs to read it.")]


READING = Topic(name="reading", key=Key.of("id"), record=TimedArticle, policy=SUMMARIES.policy)

TOPICS = (*BEFORE, READING)
