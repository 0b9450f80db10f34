"""entities → summaries: the work, as a function from record to record."""

from hashlib import blake2b
from importlib.metadata import version

from agents.records import Article, ProducedBy, Span, Summary, TaggedArticle, extend
from agents.summaries import VERSION
from agents.summaries.ranking import choose
from agents.summaries.sentences import split
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import has_letters, normal, terms, words


class SummariesWork:
    """Adds the summary, in any language with sentences. No model is loaded."""

    def __init__(self, settings: SummariesSettings) -> None:
        """Takes the settings. `model` is the name of the method with a hash of the settings."""
        self.settings = settings
        digest = blake2b(repr(settings).encode(), digest_size=4).hexdigest()
        self.model = f"centroid-sentencex-{version('sentencex')}-{digest}"

    def __call__(self, record: TaggedArticle) -> Article:
        own = ProducedBy(stage="summaries", version=VERSION, model=self.model)
        return extend(
            record,
            Article,
            summary=summarise(record.text, record.language.code, self.settings),
            produced_by=[*record.produced_by, own],
        )


def load(settings: SummariesSettings) -> SummariesWork:
    return SummariesWork(settings)


def summarise(text: str, language: str | None, settings: SummariesSettings) -> Summary:
    """The best sentences of `text`, in their order; all of them where there are too few."""
    spans = split(text, language, most=settings.most_sentences, characters=settings.most_characters)
    distinct = _distinct(spans)
    sentences = [sentence for sentence in distinct if has_letters(sentence.text)] or distinct
    chosen = choose(
        [terms(sentence.text) for sentence in sentences],
        worthy=[settings.shortest <= words(each.text) <= settings.longest for each in sentences],
        most=settings.sentences,
        position_weight=settings.position_weight,
        alike=settings.alike,
    )
    best = [sentences[place] for place in chosen]
    joined = " ".join(" ".join(sentence.text.split()) for sentence in best)
    return Summary(method="extractive", text=joined, sentences=best, phrases=[])


def _distinct(sentences: list[Span]) -> list[Span]:
    """The sentences without repeats: pages repeat teasers and pull quotes."""
    first: dict[str, Span] = {}
    for sentence in sentences:
        first.setdefault(normal(sentence.text), sentence)
    return list(first.values())
