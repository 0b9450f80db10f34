"""entities → summaries: the work, as a function from record to record."""

from collections.abc import Sequence
from hashlib import blake2b
from importlib.metadata import version

from agents.records import Article, ProducedBy, Span, Summary, TaggedArticle, extend
from agents.summaries import VERSION
from agents.summaries.choice import Choice, Chooser
from agents.summaries.phrases import phrases
from agents.summaries.sentences import split
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import has_letters, normal, words
from agents.summaries.weights import Weights


class SummariesWork:
    """Adds the summary, in any language with sentences. No model is loaded."""

    def __init__(self, settings: SummariesSettings) -> None:
        """Takes the settings. `model` is the name of the method with a hash of the settings."""
        self.settings = settings
        digest = blake2b(repr(settings).encode(), digest_size=4).hexdigest()
        self.model = f"coverage-sentencex-{version('sentencex')}-{digest}"

    def __call__(self, record: TaggedArticle) -> Article:
        own = ProducedBy(stage="summaries", version=VERSION, model=self.model)
        return extend(
            record,
            Article,
            summary=summarise(record, self.settings),
            produced_by=[*record.produced_by, own],
        )


def load(settings: SummariesSettings) -> SummariesWork:
    return SummariesWork(settings)


def summarise(article: TaggedArticle, settings: SummariesSettings) -> Summary:
    """The best sentences of the text, in their order; all of them where there are too few."""
    language = article.language.code
    spans = split(article.text, language, most=settings.most_sentences, characters=settings.most_characters)
    distinct = _distinct(spans)
    sentences = [sentence for sentence in distinct if has_letters(sentence.text)] or distinct
    best = _chosen(sentences, language, settings)
    return Summary(
        method="extractive",
        text=" ".join(_plain(sentence) for sentence in best),
        sentences=best,
        lede=_plain(best[0]) if best else None,
        phrases=phrases(article.entities, article.text[: settings.most_characters], settings.phrases),
    )


def _chosen(sentences: Sequence[Span], language: str | None, settings: SummariesSettings) -> list[Span]:
    """The sentences of the summary."""
    if not sentences:
        return []
    chooser = Chooser([_plain(each) for each in sentences], language, Weights.load(language))
    worthy = [settings.shortest <= words(each.text) <= settings.longest for each in sentences]
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
