"""clean → reading: the work, as a function from record to record."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.records import CleanArticle, ProducedBy, extend
from reading_pipeline.reading import VERSION
from reading_pipeline.topics import TimedArticle
from streams.core.stage import Discard


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings:
    """The settings of `[stages.reading] work = { ... }`."""

    words_per_minute: int = 238
    """Silent reading of English non-fiction, the mean of 190 studies (Brysbaert 2019)."""
    most_minutes: int = 120
    """What takes longer is a book, and discarded (`too-long`)."""


def load(settings: ReadingSettings) -> Callable[[CleanArticle], TimedArticle | Discard]:
    """The work of this stage. It is called once in each pool process: load models here."""

    def work(article: CleanArticle) -> TimedArticle | Discard:
        seconds = round(60 * article.words / settings.words_per_minute)
        if seconds > 60 * settings.most_minutes:
            return Discard("too-long")
        own = ProducedBy(stage="reading", version=VERSION)
        return extend(article, TimedArticle, reading_seconds=seconds, produced_by=[*article.produced_by, own])

    return work
