"""Groups of mentions → the entities of the record."""

from collections import Counter
from collections.abc import Sequence

from agents.entities.coreference import group, type_of
from agents.entities.mentions import Mention
from agents.entities.names import person
from agents.records import Entity

#: The parts of salience; their sum is 1.
FREQUENT, EARLY, IN_TITLE = 0.4, 0.3, 0.3


def assemble(mentions: Sequence[Mention], length: int) -> list[Entity]:
    """The entities, `e1` first, of mentions in title and then text; `length` is that of the text."""
    return [_entity(f"e{i}", each, length) for i, each in enumerate(group(mentions), start=1)]


def salience(mentions: Sequence[Mention], length: int) -> float:
    """How much the article is about it, 0 to 1: named often (2 times: half), early, and in the title.

    It does not depend on what else is named, so that it can be compared between articles.
    """
    often = len(mentions) / (len(mentions) + 2)
    early = max((1 - one.start / max(length, 1) for one in mentions if one.field == "text"), default=0.0)
    title = any(one.field == "title" for one in mentions)
    return round(FREQUENT * often + EARLY * max(early, 0.0) + IN_TITLE * title, 3)


def fullest(mentions: Sequence[Mention]) -> str:
    """The form with the most words; of equals one not in capitals, the more frequent, the earlier."""
    forms = Counter(" ".join(one.text.split()) for one in mentions)
    return max(forms, key=lambda form: (len(person(form).words), not form.isupper(), forms[form]))


def _entity(identity: str, mentions: Sequence[Mention], length: int) -> Entity:
    return Entity(
        id=identity,
        type=type_of(mentions),
        name=fullest(mentions),
        count=len(mentions),
        salience=salience(mentions, length),
        descriptors=[],
        mentions=[one.span for one in mentions],
        links=[],
    )
