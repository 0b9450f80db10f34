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
    """Adds the summary. Any language that has sentences; nothing is loaded."""

    def __init__(self, settings: SummariesSettings) -> None:
        """Takes the settings; `model` names the method and, as a hash, what it was set to."""
        self.settings = settings
        setting = blake2b(repr(settings).encode(), digest_size=4).hexdigest()
        self.model = f"centroid-sentencex-{version('sentencex')}-{setting}"

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
    found = split(text, language, most=settings.most_sentences, characters=settings.most_characters)
    sentences = _reporting(_distinct(found))
    chosen = choose(
        [terms(one.text) for one in sentences],
        worthy=[settings.shortest <= words(one.text) <= settings.longest for one in sentences],
        most=settings.sentences,
        position_weight=settings.position_weight,
        alike=settings.alike,
    )
    spans = [sentences[place] for place in chosen]
    joined = " ".join(" ".join(one.text.split()) for one in spans)
    return Summary(method="extractive", text=joined, sentences=spans, phrases=[])


def _distinct(sentences: list[Span]) -> list[Span]:
    """Each sentence once, where it stands first: pages repeat teasers and pull quotes."""
    first: dict[str, Span] = {}
    for one in sentences:
        first.setdefault(normal(one.text), one)
    return list(first.values())


def _reporting(sentences: list[Span]) -> list[Span]:
    """The sentences with letters in them; all of them where there is no such sentence."""
    return [one for one in sentences if has_letters(one.text)] or sentences
