"""The tables of the bench, for a terminal and in Markdown: two a set, and what there is to add."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.extraction.scores import PrecisionRecall, f1_of_means, mean_of_f1s, means, spearman
from bench.extraction.sets import SETS
from bench.extraction.tally import Tallies, Tally

#: The extractor that times are compared with.
RIVAL = "trafilatura, default"
FIELDS = ("date", "title", "authors", "persons", "charset")
COST = ("discarded", "empty", "ms", "ratio")
#: The columns that are text.
LEFT = ("half", "extractor")


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[str]
    rows: list[list[str]]

    def without_unknown(self) -> "Table":
        """Without the columns that the set has no gold for."""
        known = [at for at in range(len(self.columns)) if any(row[at] != "-" for row in self.rows)]
        return Table([self.columns[at] for at in known], [[row[at] for at in known] for row in self.rows])

    def plain(self) -> Iterator[str]:
        lines = [[*self.columns], *self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            cells = zip(self.columns, line, widths, strict=True)
            yield "  ".join(f"{cell:{'<' if name in LEFT else '>'}{width}}" for name, cell, width in cells)

    def markdown(self) -> Iterator[str]:
        rule = ["---" if name in LEFT else "---:" for name in self.columns]
        for line in (self.columns, rule, *self.rows):
            yield f"| {' | '.join(line)} |"


def text_table(tallies: Tallies) -> Table:
    columns = [*LEFT, "words F1", "P", "R", "shingles F1", "P", "R"]
    rows = [
        [half, tool, *_scores(tally, "words", mean_of_f1s), *_scores(tally, "shingles", f1_of_means)]
        for (_, half, tool), tally in tallies.items()
    ]
    return Table(columns, rows)


def _scores(tally: Tally, measure: str, f1: Callable[[Sequence[PrecisionRecall]], float]) -> list[str]:
    scores = tally.text[measure]
    return [f"{f1(scores):.4f}", *(f"{mean:.3f}" for mean in means(scores))]


def fields_table(tallies: Tallies) -> Table:
    rows = []
    for (name, half, tool), tally in tallies.items():
        rival = tallies.get((name, half, RIVAL))
        shares = [tally.share(field) for field in FIELDS]
        shares += [tally.discarded.total() / tally.pages, tally.empty / tally.pages]
        ratio = f"{tally.mean_milliseconds / rival.mean_milliseconds:.2f}" if rival else "-"
        cells = ["-" if share is None else f"{share:.3f}" for share in shares]
        rows.append([half, tool, *cells, f"{tally.mean_milliseconds:.1f}", ratio])
    return Table([*LEFT, *FIELDS, *COST], rows).without_unknown()


def notes(tallies: Tallies) -> Iterator[str]:
    """Why there is no article, and what Copydesk says of its own work."""
    for (_, half, tool), tally in tallies.items():
        remarks = [f"discarded as {reason} {count}" for reason, count in tally.discarded.most_common()]
        remarks += [f"failed with {error} {count}" for error, count in tally.failed.most_common()]
        if tally.guessed:
            remarks.append(f"charset guessed {tally.guessed}")
        if any(tally.confidence):
            rank = spearman(tally.confidence, tally.f1s)
            remarks.append(f"confidence: Spearman with F1 {rank:.2f}")
            remarks.append(f"its worst tenth holds {tally.bad_in_the_worst_tenth():.0%} of the bad pages")
        if remarks:
            yield f"{half}, {tool}: {'; '.join(remarks)}"


def of_sets(tallies: Tallies) -> Iterator[tuple[str, Tallies]]:
    """The results of each set, the even half first."""
    for name in SETS:
        if part := {key: tally for key, tally in tallies.items() if key[0] == name}:
            yield name, dict(sorted(part.items(), key=lambda item: item[0][1]))


def pages(tallies: Tallies) -> int:
    """How many pages there are of the set."""
    return sum({half: tally.pages for (_, half, _), tally in tallies.items()}.values())


def plain(tallies: Tallies) -> str:
    blocks: list[Iterable[str]] = []
    for name, part in of_sets(tallies):
        blocks += [[f"{name}, {pages(part)} pages"], text_table(part).plain(), fields_table(part).plain()]
        blocks.append(notes(part))
    return _joined(blocks)


def markdown(tallies: Tallies) -> str:
    blocks: list[Iterable[str]] = []
    for name, part in of_sets(tallies):
        blocks.append([f"### {name}, {pages(part)} pages"])
        blocks += [text_table(part).markdown(), fields_table(part).markdown()]
        blocks.append(f"- {note}." for note in notes(part))
    return _joined(blocks)


def _joined(blocks: Iterable[Iterable[str]]) -> str:
    """With a blank line between blocks that have lines."""
    return "\n\n".join(text for text in map("\n".join, blocks) if text)
