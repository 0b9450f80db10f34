"""Whether what the stock model knows beside names is kept: dates, money, percentages, nationalities."""

from collections import Counter
from collections.abc import Sequence

from agents.entities.finding import mentions_in
from agents.entities.model import STOCK, Model
from agents.entities.work import EntitiesWork
from tests.unit.agents.articles import clean_article

KINDS = ("date", "time", "money", "percent", "quantity", "group")


def measure(work: EntitiesWork, texts: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """For each type, how many spans the stock model finds, how many the stage finds, and how many both."""
    model = Model(STOCK, "en")
    stock, own, both = Counter[str](), Counter[str](), Counter[str]()
    for text in texts:
        theirs = {
            (each.start, each.end, each.type) for each in mentions_in(model, text) if each.type in KINDS
        }
        entities = work(clean_article(text)).entities
        ours = {
            (at.start, at.end, each.type) for each in entities if each.type in KINDS for at in each.mentions
        }
        stock.update(span[2] for span in theirs)
        own.update(span[2] for span in ours)
        both.update(span[2] for span in theirs & ours)
    return {kind: (stock[kind], own[kind], both[kind]) for kind in KINDS}
