"""Groups of mentions → the entities of the record."""

from collections import Counter
from collections.abc import Sequence

from agents.entities.coreference import group, type_of
from agents.entities.mentions import Mention
from agents.entities.names import person
from agents.records import Entity

#: The weights in salience; their sum is 1.
FREQUENT, EARLY, IN_TITLE = 0.4, 0.3, 0.3


def assemble(mentions: Sequence[Mention], length: int) -> list[Entity]:
    """The entities, from `e1` on. Mentions in the title come first; `length` is that of the text."""
    return [_entity(f"e{i}", each, length) for i, each in enumerate(group(mentions), start=1)]


def salience(mentions: Sequence[Mention], length: int) -> float:
    """How much the article is about it, 0 to 1: mentioned often (twice is half), early, and in the title.

    Other entities have no influence, so that values can be compared between articles.
    """
    often = len(mentions) / (len(mentions) + 2)
    starts = (mention.start for mention in mentions if mention.field == "text")
    early = max((1 - start / max(length, 1) for start in starts), default=0.0)
    title = any(mention.field == "title" for mention in mentions)
    return round(FREQUENT * often + EARLY * max(early, 0.0) + IN_TITLE * title, 3)


def fullest(mentions: Sequence[Mention]) -> str:
    """The form with the most words; of these one not in capitals, the most frequent, the earliest."""
    forms = Counter(" ".join(mention.text.split()) for mention in mentions)
    return max(forms, key=lambda form: (len(person(form).words), not form.isupper(), forms[form]))


def _entity(identity: str, mentions: Sequence[Mention], length: int) -> Entity:
    return Entity(
        id=identity,
        type=type_of(mentions),
        name=fullest(mentions),
        count=len(mentions),
        salience=salience(mentions, length),
        descriptors=[],
        mentions=[mention.span for mention in mentions],
        links=[],
    )
