"""Measures names, quotations and summaries; the stock model beside them in the same run.

    python -m bench.language [--write]

With `--write`, into docs/design/language.md. Rules are tuned on conllpp-dev, the odd cases of quotations and
on the even articles of CNN/DM; the other halves are only measured. Twenty minutes.
"""

import argparse
from pathlib import Path

from rich.console import Console

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load
from bench.language import cost, gold, names, quotes, summaries, values

DOCUMENT = gold.ROOT / "docs/design/language.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TEXTS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/design/language.md")
    if not gold.DATA.is_dir():
        Console().print("Nothing was measured: the folder shared/data beside the checkout does not exist.")
        return
    arguments = parser.parse_args()
    work = load(EntitiesSettings())
    texts = cost.pages(gold.DATA, TEXTS)
    tables = [
        names_table(work),
        values_table(work, texts),
        quotes_table(work),
        summaries_table(),
        cost_table(work, texts),
    ]
    measured = "\n\n".join(tables)
    print(measured)
    if arguments.write:
        write(DOCUMENT, measured)


def names_table(work: EntitiesWork) -> str:
    sets = {
        "conllpp-dev, prose": gold.newswire("dev", prose=True),
        "conllpp-dev, all": gold.newswire("dev", prose=False),
        "conllpp-test, prose": gold.newswire("test", prose=True),
        "conllpp-test, all": gold.newswire("test", prose=False),
        "own 40 articles": gold.own_articles(),
    }
    rows = [
        "| names, F1 | | person | organisation | place | all | all, overlapping |",
        "|---|---|---|---|---|---|---|",
    ]
    finders = {"stock": names.by_stock(), "Copydesk": names.by_stage(work)}
    for name, texts in sets.items():
        for title, find in finders.items():
            strict, overlap = names.measure(find, texts, f"{name}, {title}")
            figures = [strict.f1([kind]) for kind in gold.NAMES] + [
                strict.f1(gold.NAMES),
                overlap.f1(gold.NAMES),
            ]
            rows.append(f"| {name} | {title} | " + " | ".join(f"{each:.1f}" for each in figures) + " |")
    for title, find in finders.items():
        strict, overlap = names.measure(find, gold.articles(), f"news articles, {title}", typed=False)
        figures = f"{strict.f1(['']):.1f} | {overlap.f1(['']):.1f}"
        rows.append(f"| news articles, without types | {title} | | | | {figures} |")
    return "\n".join(rows)


def values_table(work: EntitiesWork, texts: list[str]) -> str:
    rows = [
        f"| kept of the stock model, {len(texts)} pages | stock | Copydesk | both | F1 between them |",
        "|---|---|---|---|---|",
    ]
    for kind, (stock, own, both) in values.measure(work, texts).items():
        rows.append(f"| {kind} | {stock} | {own} | {both} | {200 * both / max(1, stock + own):.1f} |")
    return "\n".join(rows)


def quotes_table(work: EntitiesWork) -> str:
    rows = [
        "| quotations | cases | content exact | of its own, right | speaker right |",
        "|---|---|---|---|---|",
    ]
    cases = gold.quotations()
    for name, half in (("odd (tuned)", cases[0::2]), ("even", cases[1::2])):
        for language, is_english in (("English", True), ("other languages", False)):
            chosen = [case for case in half if case["kind"].startswith("lang-") != is_english]
            counts = quotes.measure(work, chosen)
            shares = (
                counts["content"] / counts["expected"],
                counts["content"] / max(1, counts["own"]),
                counts["speaker"] / counts["expected"],
            )
            rows.append(
                f"| {name}, {language} | {len(chosen)} | "
                + " | ".join(f"{each:.3f}" for each in shares)
                + " |"
            )
    return "\n".join(rows)


def summaries_table() -> str:
    rows = [
        "| summaries | ROUGE-1 | ROUGE-2 | over 2 sentences | over 3 sentences | over equal length"
        " | words | leaning |",
        "|---|---|---|---|---|---|---|---|",
    ]
    cnn = list(gold.rows(gold.DATA / "summaries/cnndm-val1000.jsonl.gz"))
    others = list(gold.rows(gold.DATA / "summaries/realsumm.jsonl.gz"))
    for name, articles in (
        ("CNN/DM, even (trained)", cnn[0::2]),
        ("CNN/DM, odd", cnn[1::2]),
        ("REALSumm", others),
    ):
        result = summaries.measure(articles, name)
        over = " | ".join(
            f"{mean:+.2f} ({low:.2f} to {high:.2f})" for mean, low, high in result.over.values()
        )
        rouge = " | ".join(f"{each:.2f}" for each in result.rouge)
        rows.append(f"| {name} | {rouge} | {over} | {result.words:.0f} | {100 * result.dangling:.0f} % |")
    return "\n".join(rows)


def cost_table(work: EntitiesWork, texts: list[str]) -> str:
    rows = [f"| CPU time, {len(texts)} pages | ms an article |", "|---|---|"]
    stock = cost.of_stock(texts)
    if stock is not None:
        rows.append(f"| spaCy {stock[0]}, its recogniser of names alone | {stock[1]:.1f} |")
    rows.append(f"| the stage | {cost.of_stage(work, texts):.1f} |")
    rows += [f"| of it {name} | {time:.1f} |" for name, time in cost.of_parts(work, texts).items()]
    return "\n".join(rows)


def write(document: Path, measured: str) -> None:
    """Between the marks of the document."""
    head, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    document.write_text(f"{head}{BEGIN}\n{measured}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
