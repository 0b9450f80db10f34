"""The names of an article: what the model finds, repaired by rules, with types that the article decides."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from agents.entities.chunks import pieces, readable
from agents.entities.headline import headline_names
from agents.entities.mentions import Field, Mention, mention, value_mention
from agents.entities.model import OWN, OWN_LANGUAGE, Model
from agents.entities.pipelines.gliner import PREFIX, GlinerModel
from agents.entities.pipelines.spans import NameModel, without_type
from agents.entities.places.table import Places
from agents.entities.repair.acronyms import with_acronyms
from agents.entities.repair.agencies import with_agencies
from agents.entities.repair.beside import with_types_beside
from agents.entities.repair.bounds import bounded
from agents.entities.repair.datelines import with_datelines
from agents.entities.repair.marked import added
from agents.entities.repair.no_names import without_no_names
from agents.entities.repair.offices import without_offices
from agents.entities.repair.possessive import with_own_s
from agents.entities.repair.surnames import with_surnames
from agents.entities.retype.classifier import NONE, OTHER, Classifier
from agents.entities.retype.features import Context
from agents.entities.values.kinds import VALUES
from agents.entities.values.written import with_written

#: Added to the log-odds of the type that the model gave. Tuned on conllpp-dev.
OF_MODEL = 1.5
#: The part that other mentions of the same name have in the decision on one.
OF_OTHERS = 0.6
TITLE_WORDS = 5


class Finder:
    """Finds the names in one language."""

    def __init__(
        self, model: NameModel, classifier: Classifier | None, places: Places, language: str = OWN_LANGUAGE
    ) -> None:
        """Without a classifier, a user's own model has the last word on types."""
        self._model, self._classifier, self.places = model, classifier, places
        self._is_english = language == OWN_LANGUAGE
        self.name, self.notice = model.name, without_type(model)

    def find(self, title: str, text: str) -> list[Mention]:
        """The mentions in the title, then those in the text, each in their order.

        Title and text are read as one: who is named in full in the text is recognised in the headline.
        """
        whole = f"{title}\n\n{text}" if title else text
        start = len(whole) - len(text)
        mentions = self.in_whole(whole)
        in_text = [_moved(each, "text", start) for each in mentions if each.start >= start]
        in_title = [_moved(each, "title", 0) for each in mentions if each.end <= len(title)] if title else []
        in_text = [each for each in in_text if not _is_the_title(each, title)]
        return [*headline_names(title, in_title, in_text), *in_text]

    def in_whole(self, whole: str) -> list[Mention]:
        mentions = mentions_in(self._model, whole)
        values = [mention for mention in mentions if mention.type in VALUES]
        names = self._names(whole, [each for each in mentions if each.type not in VALUES])
        return with_written(whole, added(names, values))

    def _names(self, whole: str, by_model: Sequence[Mention]) -> list[Mention]:
        mentions = list(without_offices(whole, bounded(by_model))) if self._is_english else list(by_model)
        if self._classifier is not None:
            mentions = self._typed(whole, mentions, self._classifier)
        mentions = with_own_s(whole, list(without_no_names(whole, mentions)), self.places)
        mentions = with_types_beside(whole, mentions)
        mentions = with_surnames(whole, mentions)
        mentions = with_datelines(whole, mentions, self.places)
        return with_acronyms(whole, with_agencies(whole, mentions))

    def _typed(self, whole: str, mentions: Sequence[Mention], classifier: Classifier) -> list[Mention]:
        """The mentions with the types that the classifier gives them, those left out that are no names."""
        context = Context(whole, mentions, self.places)
        odds = [self._odds(context, each, classifier) for each in mentions]
        sums: defaultdict[str, np.ndarray] = defaultdict(lambda: np.zeros(len(classifier.classes)))
        for each, own in zip(mentions, odds, strict=True):
            sums[each.text] += own
        typed = []
        for each, own in zip(mentions, odds, strict=True):
            total = own + OF_OTHERS * (sums[each.text] - own)
            kind = classifier.classes[int(total.argmax())]
            if kind != NONE:
                typed.append(each if kind == OTHER else replace(each, type=kind))
        return typed

    def _odds(self, context: Context, mention: Mention, classifier: Classifier) -> np.ndarray:
        own = mention.type if mention.type in classifier.classes else OTHER
        bonus = np.array([OF_MODEL if kind == own else 0.0 for kind in classifier.classes])
        total: np.ndarray = classifier.log_odds(context.features(mention)) + bonus
        return total


def finder(value: str, language: str, labels: Mapping[str, str]) -> Finder:
    """The finder with the model that a setting names, loaded. `labels` are types of further labels of it.

    Raises `CannotStart` where it is missing.
    """
    classifier = Classifier.load() if value == OWN else None
    return Finder(_model(value, language, labels), classifier, Places.load(), language)


def _model(value: str, language: str, labels: Mapping[str, str]) -> NameModel:
    if value.startswith(PREFIX):
        return GlinerModel(value.removeprefix(PREFIX), language, labels)
    return Model(value, language, more=labels)


def _is_the_title(mention: Mention, title: str) -> bool:
    """Whether the text names the article itself; a title of few words may be a name."""
    return mention.text == title.strip() and len(mention.text.split()) >= TITLE_WORDS


def _moved(mention: Mention, field: Field, start: int) -> Mention:
    return replace(mention, field=field, start=mention.start - start, end=mention.end - start)


def mentions_in(model: NameModel, whole: str) -> list[Mention]:
    parts = list(pieces(readable(whole)))
    spans = model.find(part for _, part in parts)
    candidates = (
        (value_mention if model.types[span.label] in VALUES else mention)(
            "text", whole, at + span.start, at + span.end, model.types[span.label]
        )
        for (at, _), in_part in zip(parts, spans, strict=True)
        for span in in_part
        if span.label in model.types
    )
    return [candidate for candidate in candidates if candidate is not None]
