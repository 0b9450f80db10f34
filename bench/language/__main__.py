"""Measures names, quotations and summaries; the stock model beside them in the same run.

    python -m bench.language [--write]

With `--write`, into docs/design/language.md. Rules are tuned on conllpp-dev, the odd cases of quotations and
on the even articles of CNN/DM; the other halves are only measured. Twenty minutes.
"""

import argparse
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Console

from agents.entities.settings import EntitiesSettings
from agents.entities.work import EntitiesWork, load
from bench.language import cost, gold, names, quotes, summaries, values

DOCUMENT = gold.ROOT / "docs/design/language.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
TEXTS = 100
STOCK, OWN = "stock", "Copydesk"
UNTYPED = "news articles, without types"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="into docs/design/language.md")
    if not gold.DATA.is_dir():
        Console().print("Nothing was measured: the folder shared/data beside the checkout does not exist.")
        return
    arguments = parser.parse_args()
    work = load(EntitiesSettings())
    texts = cost.pages(gold.DATA, TEXTS)
    by_set = dict(scores(work))
    tables = [
        names_table(by_set),
        values_table(work),
        quotes_table(work),
        summaries_table(),
        cost_table(work, texts),
    ]
    measured = "\n\n".join(tables)
    print(measured)
    if arguments.write:
        write(DOCUMENT, measured)
        draw(by_set, DOCUMENT.with_suffix(".svg"))


Scores = dict[str, tuple[names.Score, names.Score]]
"""By finder: strict, and overlapping."""


def scores(work: EntitiesWork) -> Iterator[tuple[str, Scores]]:
    """For each set, the scores of stock spaCy and of the stage. Those of `UNTYPED` have no types."""
    sets = {
        "conllpp-dev, prose": gold.newswire("dev", prose=True),
        "conllpp-dev, all": gold.newswire("dev", prose=False),
        "conllpp-test, prose": gold.newswire("test", prose=True),
        "conllpp-test, all": gold.newswire("test", prose=False),
        "own 40 articles": gold.own_articles(),
        UNTYPED: gold.articles(),
    }
    finders = {STOCK: names.by_stock(), OWN: names.by_stage(work)}
    for name, texts in sets.items():
        yield (
            name,
            {
                title: names.measure(find, texts, f"{name}, {title}", typed=name != UNTYPED)
                for title, find in finders.items()
            },
        )


def names_table(by_set: Mapping[str, Scores]) -> str:
    rows = [
        "| names, F1 | | person | organisation | place | all | all, overlapping |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, by_finder in by_set.items():
        for title, (strict, overlap) in by_finder.items():
            each = [f"{strict.f1([kind]):.1f}" if name != UNTYPED else "" for kind in gold.NAMES]
            whole = [f"{of.f1(_kinds(name)):.1f}" for of in (strict, overlap)]
            rows.append(f"| {name} | {title} | {' | '.join([*each, *whole])} |")
    return "\n".join(rows)


def _kinds(name: str) -> tuple[str, ...]:
    return ("",) if name == UNTYPED else gold.NAMES


def draw(by_set: Mapping[str, Scores], path: Path) -> None:
    """With the environment of stock spaCy, which has matplotlib."""
    rows = [
        (name, *(by_finder[title][0].f1(_kinds(name)) for title in (STOCK, OWN)))
        for name, by_finder in by_set.items()
    ]
    program = [cost.STOCK, Path(__file__).with_name("picture.py"), path]
    subprocess.run(program, input=json.dumps(rows).encode(), check=True)


def values_table(work: EntitiesWork) -> str:
    texts = gold.with_values()
    rows = [
        f"| values, F1 on {len(texts)} own texts | {' | '.join(values.KINDS)} | all | all, overlapping |",
        "|---" * (len(values.KINDS) + 3) + "|",
    ]
    for title, (strict, overlap) in values.measure(work, texts).items():
        figures = [
            *(strict.f1([kind]) for kind in values.KINDS),
            *(s.f1(values.KINDS) for s in (strict, overlap)),
        ]
        rows.append(f"| {title} | {' | '.join(f'{each:.1f}' for each in figures)} |")
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
    measured = cost.beside_stock(work, texts)
    if measured is not None:
        rows.append(f"| spaCy {measured.version}, its recogniser of names alone | {measured.stock:.1f} |")
        rows.append(f"| the stage, {measured.share:.2f} of it | {measured.stage:.1f} |")
    rows += [f"| of it {name} | {time:.1f} |" for name, time in cost.of_parts(work, texts).items()]
    return "\n".join(rows)


def write(document: Path, measured: str) -> None:
    """Between the marks of the document."""
    head, _, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    _, _, tail = rest.partition(END)
    document.write_text(f"{head}{BEGIN}\n{measured}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
