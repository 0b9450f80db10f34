"""The names of an article: what the model finds, repaired by rules, with types that the article decides."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from agents.entities.chunks import pieces, readable
from agents.entities.headline import headline_names
from agents.entities.mentions import Field, Mention, mention
from agents.entities.model import OWN, Model
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
from agents.entities.types import TYPE_OF_LABEL
from agents.entities.values.finding import TYPE_OF_LABEL as TYPE_OF_VALUE
from agents.entities.values.finding import VALUES

#: Added to the log-odds of the type that the model gave. Tuned on conllpp-dev.
OF_MODEL = 1.5
#: The part that other mentions of the same name have in the decision on one.
OF_OTHERS = 0.6
TYPES = TYPE_OF_LABEL | TYPE_OF_VALUE


class Finder:
    """Finds the names in one language."""

    def __init__(self, model: Model, classifier: Classifier | None, places: Places) -> None:
        """Without a classifier, a user's own model has the last word on types."""
        self._model, self._classifier, self.places = model, classifier, places
        self.name = model.name

    def find(self, title: str, text: str) -> list[Mention]:
        """The mentions in the title, then those in the text, each in their order.

        Title and text are read as one: who is named in full in the text is recognised in the headline.
        """
        whole = f"{title}\n\n{text}" if title else text
        start = len(whole) - len(text)
        mentions = self.in_whole(whole)
        in_text = [_moved(each, "text", start) for each in mentions if each.start >= start]
        in_title = [_moved(each, "title", 0) for each in mentions if each.end <= len(title)] if title else []
        return [*headline_names(title, in_title, in_text), *in_text]

    def in_whole(self, whole: str) -> list[Mention]:
        mentions = mentions_in(self._model, whole)
        values = [mention for mention in mentions if mention.type in VALUES]
        return added(self._names(whole, [each for each in mentions if each.type not in VALUES]), values)

    def _names(self, whole: str, by_model: Sequence[Mention]) -> list[Mention]:
        mentions = list(without_offices(whole, bounded(by_model)))
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


def finder(package: str, language: str) -> Finder:
    """The finder with the model of a package, loaded. Raises `CannotStart` where it is missing."""
    return Finder(Model(package, language), Classifier.load() if package == OWN else None, Places.load())


def _moved(mention: Mention, field: Field, start: int) -> Mention:
    return replace(mention, field=field, start=mention.start - start, end=mention.end - start)


def mentions_in(model: Model, whole: str) -> list[Mention]:
    parts = list(pieces(readable(whole)))
    spans = model.find(part for _, part in parts)
    candidates = (
        mention("text", whole, at + span.start, at + span.end, TYPES[span.label])
        for (at, _), in_part in zip(parts, spans, strict=True)
        for span in in_part
        if span.label in TYPES
    )
    return [candidate for candidate in candidates if candidate is not None]
