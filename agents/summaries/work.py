"""entities → summaries: the work, as a function from record to record."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from hashlib import blake2b
from importlib.metadata import version
from typing import TYPE_CHECKING

from agents.records import Article, ProducedBy, Span, Summary, TaggedArticle, extend
from agents.summaries import VERSION
from agents.summaries.choice import Choice, Chooser
from agents.summaries.llm import prompt
from agents.summaries.phrases import phrases
from agents.summaries.sentences import headings, split
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import has_letters, normal, words
from agents.summaries.weights import Weights

if TYPE_CHECKING:
    from agents.summaries.llm.writer import Writer


class SummariesWork:
    """Adds the summary by extraction, in any language with sentences. No model is loaded."""

    def __init__(self, settings: SummariesSettings) -> None:
        """Takes the settings. `model` is the name of the method with a hash of the settings."""
        self.settings = settings
        self.model = f"coverage-sentencex-{version('sentencex')}-{_digest(settings)}"

    def __call__(self, record: TaggedArticle) -> Article:
        return _finished(record, summarise(record, self.settings), self.model)


class SummariesByModel:
    """Adds the summary by a language model, or by extraction and a warning `llm-...` that says why."""

    def __init__(self, extraction: SummariesWork, writer: "Writer") -> None:
        self._extraction = extraction
        self._writer = writer
        settings = extraction.settings
        self.counts = writer.counts
        self.waits_seconds = settings.llm.total_seconds
        llm = settings.llm
        self.model = f"llm-{llm.model}-{_digest(settings, llm.options, llm.most_characters, prompt.VERSION)}"

    def __call__(self, record: TaggedArticle) -> Article:
        """The article with its summary. One that is no longer than a summary is not sent to the model."""
        settings = self._extraction.settings
        summary = summarise(record, settings)
        if words(record.text) <= settings.words:
            return _finished(record, summary, self._extraction.model)
        text, reason = self._writer.write(record)
        if reason:
            warned = replace(record, warnings=[*record.warnings, f"llm-{reason}"])
            return _finished(warned, summary, self._extraction.model)
        return _finished(record, replace(summary, method="llm", text=text), self.model)

    def model_of(self, record: Article) -> str | None:
        """What made this summary: one by the model, after one by extraction, is another event."""
        return record.produced_by[-1].model


def load(settings: SummariesSettings) -> SummariesWork | SummariesByModel:
    """The work. Raises `ConfigError` where the settings of a model cannot be used."""
    extraction = SummariesWork(settings)
    if settings.method == "extract":
        return extraction
    from agents.summaries.llm.writer import Writer

    return SummariesByModel(extraction, Writer(settings))


def summarise(article: TaggedArticle, settings: SummariesSettings) -> Summary:
    """The best sentences of the text, in their order; all of them where there are too few."""
    language = article.language.code
    spans = split(article.text, language, most=settings.most_sentences, characters=settings.most_characters)
    distinct = _distinct(spans)
    sentences = [sentence for sentence in distinct if has_letters(sentence.text)] or distinct
    best = _chosen(sentences, language, settings, headings(article.text, sentences))
    return Summary(
        method="extractive",
        text=" ".join(_plain(sentence) for sentence in best),
        sentences=best,
        lede=_plain(best[0]) if best else None,
        phrases=phrases(article.entities, article.text[: settings.most_characters], settings.phrases),
    )


def _finished(record: TaggedArticle, summary: Summary, model: str) -> Article:
    own = ProducedBy(stage="summaries", version=VERSION, model=model)
    return extend(record, Article, summary=summary, produced_by=[*record.produced_by, own])


def _digest(*settings: object) -> str:
    """A hash of settings, without those that are no part of their `repr`: secrets, and the other method's."""
    return blake2b("".join(map(repr, settings)).encode(), digest_size=4).hexdigest()


def _chosen(
    sentences: Sequence[Span], language: str | None, settings: SummariesSettings, left_out: Collection[int]
) -> list[Span]:
    """The sentences of the summary."""
    if not sentences:
        return []
    chooser = Chooser([_plain(each) for each in sentences], language, Weights.load(language))
    worthy = [
        settings.shortest <= words(each.text) <= settings.longest and place not in left_out
        for place, each in enumerate(sentences)
    ]
    worthy = worthy if any(worthy) else [True] * len(sentences)
    places = chooser.choose(Choice(settings.words, settings.alike), worthy)
    return [sentences[place] for place in places]


def _plain(sentence: Span) -> str:
    return " ".join(sentence.text.split())


def _distinct(sentences: list[Span]) -> list[Span]:
    """The sentences without repeats: pages repeat teasers and pull quotes."""
    first: dict[str, Span] = {}
    for sentence in sentences:
        first.setdefault(normal(sentence.text), sentence)
    return list(first.values())
