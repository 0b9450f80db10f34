"""A summary by a model that stands in the article, or the reason why there is none."""

import logging

from agents.records import TaggedArticle
from agents.summaries.llm import prompt
from agents.summaries.llm.answer import Outcome
from agents.summaries.llm.asking import BUSY, PAUSED, Asking
from agents.summaries.llm.checks import Unfit, unfit
from agents.summaries.llm_settings import value_faults
from agents.summaries.settings import SummariesSettings
from streams.core.settings_table import require
from streams.core.work_counts import WorkCounts

log = logging.getLogger("copydesk.summaries")

OWNER = "[stages.summaries.work.llm]"
CHECKS_FAILED = "checks-failed"
REASONS = (
    PAUSED,
    BUSY,
    CHECKS_FAILED,
    *Unfit,
    *(outcome for outcome in Outcome if outcome is not Outcome.OK),
)


class Writer:
    """Writes summaries. Whatever goes wrong is a reason to fall back, and never raised."""

    def __init__(self, settings: SummariesSettings) -> None:
        """Raises `ConfigError` where the settings cannot be used."""
        require(value_faults(settings.llm), OWNER)
        self._settings = settings
        self.counts = WorkCounts(outcomes=Outcome, reasons=REASONS)
        self._asking = Asking(settings.llm, self.counts)

    def write(self, article: TaggedArticle) -> tuple[str, str]:
        """The summary, and an empty text; or an empty text, and the reason as a kebab-case word."""
        settings = self._settings
        asked = prompt.messages(article, settings.words, settings.llm.most_characters)
        text, reason = self._asking.ask(asked)
        reason = reason or self._unfit(text, article)
        if reason:
            self.counts.fallback(reason)
            return "", reason
        return " ".join(text.split()), ""

    def _unfit(self, text: str, article: TaggedArticle) -> str:
        try:
            return unfit(text, article, self._settings) or ""
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # what a model writes must not make its article dead: sentencex may panic
            log.warning("a summary could not be checked", exc_info=True)
            return CHECKS_FAILED
