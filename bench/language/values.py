"""F1 of dates, amounts and nationalities, of stock spaCy and of the stage."""

from collections.abc import Sequence

from agents.entities.work import EntitiesWork
from bench.language import gold, names

KINDS = ("date", "time", "money", "percent", "quantity", "group")


def measure(work: EntitiesWork, texts: Sequence[gold.Text]) -> dict[str, tuple[names.Score, names.Score]]:
    """By finder, the strict and the overlapping scores."""
    finders = {"stock": names.by_stock(), "Copydesk": names.by_stage(work)}
    return {
        title: names.measure(find, texts, f"values, {title}", kinds=KINDS) for title, find in finders.items()
    }
