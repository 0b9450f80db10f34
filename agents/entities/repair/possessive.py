"""Names that end in `'s`: it was cut off as if it said whose something is. `St. John's`, `McDonald's`."""

from collections.abc import Sequence
from dataclasses import replace

from agents.entities.mentions import Mention
from agents.entities.organisations.table import known
from agents.entities.places.table import Places

ENDS = ("'s", "’s")


def with_own_s(text: str, mentions: Sequence[Mention], places: Places) -> list[Mention]:
    """The mentions, with the `'s` where only the name with it is in a table."""
    return [_with_own_s(text, mention, places) for mention in mentions]


def _with_own_s(text: str, mention: Mention, places: Places) -> Mention:
    if text[mention.end : mention.end + 2] not in ENDS:
        return mention
    name = text[mention.start : mention.end + 2]
    plain = name.replace("’", "'")
    if mention.type == "place" and places.named(plain) and not places.named(mention.text):
        return replace(mention, end=mention.end + 2, text=name)
    if mention.type == "organisation" and known(plain) and not known(mention.text):
        return replace(mention, end=mention.end + 2, text=name)
    return mention
