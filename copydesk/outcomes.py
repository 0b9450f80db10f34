"""What can become of a page."""

from dataclasses import dataclass, replace

from agents.records import Article
from copydesk.pages import Page
from streams.core.pipeline import Pipeline
from streams.core.stage import Outcome as StageOutcome
from streams.core.stage import in_words
from streams.errors import CopydeskError
from streams.local.walk import OfflineResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A finished article. `value` are its bytes, exactly those that Kafka would hold.

    In a pipeline of your own, `article` is the record of its topic instead.
    """

    page: Page
    topic: str
    value: bytes
    article: Article


class NotFinished(CopydeskError):
    """A page of which no finished article was made. `process` raises it, a `Pipeline` yields it."""

    def __init__(
        self, page: Page, stage: str, reason: str, error: str | None = None, kind: str | None = None
    ) -> None:
        self.page, self.stage, self.reason, self.error, self.kind = page, stage, reason, error, kind
        super().__init__(page, stage, reason, error, kind)


class Discarded(NotFinished):
    """A page of no interest: too short, not an article. `kind` says what it is instead: `home`, `error`."""

    def __str__(self) -> str:
        words = in_words(self.reason, self.kind)
        return f"{self.page.name} was discarded by the stage {self.stage}: {words}"


class Dead(NotFinished):
    """A page that cannot be processed. `error` says why, `reason` is the word that Kafka's header has."""

    def __str__(self) -> str:
        return f"{self.page.name} failed in the stage {self.stage} ({self.reason}): {self.error}"


Outcome = Finished | Discarded | Dead


def outcome_of(pipeline: Pipeline, page: Page, result: OfflineResult) -> Outcome:
    """The outcome of a page whose way has ended with `result`."""
    if result.outcome is StageOutcome.DISCARDED:
        return Discarded(page, result.stage, result.reason or "", kind=result.kind)
    if result.outcome is StageOutcome.DEAD:
        return Dead(page, result.stage, result.reason or "", result.error)
    [topic] = [topic for topic in pipeline.outputs if topic.full_name == result.topic]
    value = result.value or b""
    article = topic.decode(replace(result.source, value=value, headers=()))
    return Finished(page=page, topic=topic.name, value=value, article=article)
