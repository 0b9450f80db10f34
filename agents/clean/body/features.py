"""A block → the numbers that the model decides by: its witnesses, itself, where it stands, its neighbours."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.clean.body import cues
from agents.clean.body.blocks import FAR, Block, Container, Outline
from agents.clean.body.witnesses import Witness, repeated, runs

Column = npt.NDArray[np.floating]
Numbers = npt.NDArray[np.float32]

KEPT_COLUMN = 0
"""How much of the block trafilatura keeps."""
SENTENCE_END = tuple(".!?…。！？:;”\"»’)]")
SENTENCE = re.compile(r"[.!?…。！？](?=[\s\"”’»)]|$)")
LONG = 12
FIRST_WORDS = 25
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOW = 10
FEW = 8
PARAGRAPH_TAGS = {"p", "li", "h2", "h3", "h4"}
NOWHERE = 30


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the page beside its blocks. Title and description are in lower case."""

    trafilatura: Witness
    json_ld: Witness
    json_ld_words: int
    title: str
    description: str


class Page:
    """The blocks of a page, and the columns that most features are made of."""

    def __init__(self, outline: Outline, evidence: Evidence) -> None:
        self.blocks = outline.blocks
        self.containers = outline.containers
        self.evidence = evidence
        self.runs = [list(runs(block.text)) for block in self.blocks]
        self.kept = self._held_by(evidence.trafilatura)
        self.words = np.array([block.words for block in self.blocks], dtype=float)
        self.linked = np.array([block.linked for block in self.blocks], dtype=float)
        self.link_share = self.linked / np.maximum(self.words, 1)
        self.open = ~((self.words < FEW) & (self.linked >= self.words) & (self.kept == 0))
        """A few words that are a link, and that trafilatura leaves out, are not looked at: half of all blocks."""

    def _held_by(self, witness: Witness) -> Column:
        return np.array([witness.holds(block.text, own) for block, own in zip(self.blocks, self.runs, strict=True)])

    def features(self, learnt: Column) -> Numbers:
        """One row an open block. `learnt`, one a block, is what its words and names weigh."""
        columns = [self._witnesses(), self._own(), self._places(), self._positions(), self._kinds()]
        columns += [self._surroundings(), self._neighbours(learnt)]
        return np.concatenate(columns, axis=1, dtype=np.float32)[self.open]

    def _witnesses(self) -> Numbers:
        claimed = self.evidence.json_ld
        texts = [block.text.casefold() for block in self.blocks]
        counts = Counter(texts)
        columns = [
            self.kept,
            self._held_by(claimed) if claimed else np.full(len(texts), -1.0),
            np.full(len(texts), np.log1p(self.evidence.json_ld_words)),
            repeated(self.runs),
            repeated(self.runs[::-1])[::-1],
            [counts[text] for text in texts],
            [_part_of(text, self.evidence.title) for text in texts],
            [_part_of(text, self.evidence.description) for text in texts],
        ]
        return np.column_stack(columns)

    def _own(self) -> Numbers:
        closed = [0.0] * 10
        rows = [_line(block) if used else closed for block, used in zip(self.blocks, self.open, strict=True)]
        packed = np.array([_cues(block) if used else 0 for block, used in zip(self.blocks, self.open, strict=True)])
        counts = packed[:, None] >> cues.BITS * np.arange(cues.KINDS) & (1 << cues.BITS) - 1
        return np.column_stack([np.log1p(self.words), self.link_share, np.array(rows), counts])

    def _places(self) -> Numbers:
        """How far outwards the nearest container with each mark is; `FAR` where there is none."""
        marks = np.zeros((len(self.blocks), FAR), dtype=np.int64)
        for number, block in enumerate(self.blocks):
            if self.open[number]:
                marks[number, : len(block.container.marks)] = block.container.marks
        bits = marks[:, :, None] >> np.arange(len(cues.MARKS)) & 1
        nearest = np.where(bits.any(axis=1), bits.argmax(axis=1), FAR)
        return np.column_stack([nearest, [block.container.depth for block in self.blocks]])

    def _positions(self) -> Numbers:
        number, total = len(self.blocks), max(1.0, self.words.sum())
        order, kept = np.arange(number), (self.kept * self.words).sum()
        solid = np.flatnonzero((self.kept > 0.7) & (self.words >= LONG))
        first, last = (solid[0], solid[-1]) if len(solid) else (0, number - 1)
        heading = next((at for at, block in enumerate(self.blocks) if block.container.tag == "h1"), None)
        constants = (number, np.log1p(total), kept / total, np.log1p(kept))
        columns = [
            order / number,
            (np.cumsum(self.words) - self.words) / total,
            order - heading if heading is not None else np.full(number, -99),
            order - first,
            order - last,
            *(np.full(number, constant) for constant in constants),
        ]
        return np.column_stack(columns)

    def _kinds(self) -> Numbers:
        """How many blocks stand in containers of the same kind, their words, links, and what trafilatura keeps."""
        names: dict[str, int] = {}
        kind = np.array([names.setdefault(block.container.kind, len(names)) for block in self.blocks], dtype=int)
        summed = (np.ones(len(kind)), self.words, self.linked, self.kept * self.words)
        count, words, linked, kept = (np.bincount(kind, weights=column)[kind] for column in summed)
        some, total = np.maximum(1, words), max(1.0, self.words.sum())
        return np.column_stack([np.log1p(words), words / total, linked / some, np.log1p(count), kept / some])

    def _surroundings(self) -> Numbers:
        """The containers around a block: how much of the page's text, and of trafilatura's, they hold."""
        long = np.where((self.words >= LONG) & (self.link_share < 0.5), self.words, 0)
        _sum_up(self, long)
        kept, all_long = max(1.0, (self.kept * self.words).sum()), max(1.0, long.sum())
        best = max(self.containers, key=lambda each: 2 * each.kept / (kept + each.words))
        rows: dict[int, list[float]] = {}
        for block in self.blocks:
            if id(block.container) not in rows:
                rows[id(block.container)] = _around(block.container, best, kept, all_long)
        return np.array([rows[id(block.container)] for block in self.blocks])

    def _neighbours(self, learnt: Column) -> Numbers:
        length = np.log1p(self.words)
        columns = [_shifted(length, by) for by in NEIGHBOURS] + [_shifted(self.kept, by) for by in NEIGHBOURS]
        columns += [_shifted(each, by) for each in (self.link_share, learnt) for by in (-2, -1, 1, 2)]
        for start, end in ((-WINDOW, 0), (1, WINDOW + 1)):
            around = np.maximum(1, _window(self.words, start, end))
            sums = (_window(self.kept * self.words, start, end), _window(self.linked, start, end))
            columns += [np.log1p(around), *(each / around for each in sums)]
        return np.column_stack([learnt, *columns])


def tokens(block: Block) -> list[int]:
    """The positions in the table of weights of its first words, and of the names of what it stands in."""
    inner, around = block.container, block.container.parent
    words = block.text.split(maxsplit=FIRST_WORDS)[:FIRST_WORDS]
    found = {cues.word(word)[0] for word in words}
    found.add(cues.opening(" ".join(words[:2])))
    found.update(cues.tags_position(inner.tag, around.tag if around else ""))
    at, where = block.container, "sppaa"
    for distance in where:
        if at.names:
            found.update(cues.name_positions(at.names, distance))
        if at.parent is None:
            break
        at = at.parent
    return sorted(found)


def _cues(block: Block) -> int:
    return sum([cues.word(word)[1] for word in block.text.split(maxsplit=FIRST_WORDS)[:FIRST_WORDS]])


def _line(block: Block) -> list[float]:
    text, words = block.text, max(1, block.words)
    return [
        len(text) / words,
        text.endswith(SENTENCE_END),
        len(SENTENCE.findall(text)),
        text.count(",") / words,
        text[0].isupper(),
        text.isupper(),
        block.after_break,
        cues.own_tag(block.container.tag),
        text[0].isdigit(),
        text.count("|") + text.count("•") + text.count("·"),
    ]


def _sum_up(page: Page, long: Column) -> None:
    """Each container's sums: of its own blocks first, then of the containers in it, the innermost first."""
    for block, kept, many in zip(page.blocks, page.kept * page.words, long, strict=True):
        at = block.container
        at.blocks += 1
        at.words += block.words
        at.linked += block.linked
        at.kept += kept
        at.long += many
    for at in reversed(page.containers):
        around = at.parent
        if around is not None:
            around.words += at.words
            around.linked += at.linked
            around.kept += at.kept
            around.long += at.long


def _around(inner: Container, best: Container, kept: float, long: float) -> list[float]:
    near: list[float] = []
    half = most = NOWHERE
    in_best, at, distance = False, inner, 0
    first = 1 if inner.tag in PARAGRAPH_TAGS else 0
    while True:
        if first <= distance < first + 3:
            near += (at.kept / max(1, at.words), at.words / kept, at.long / long)
        half = distance if half == NOWHERE and at.kept >= 0.5 * kept else half
        most = distance if most == NOWHERE and at.kept >= 0.9 * kept else most
        in_best = in_best or at is best
        if at.parent is None or (most < NOWHERE and in_best and distance >= first + 2):
            break
        at, distance = at.parent, distance + 1
    near += [-1.0] * (9 - len(near))
    return [half, most, in_best, np.log1p(inner.blocks), inner.linked / max(1, inner.words), *near]


def _part_of(text: str, whole: str) -> bool:
    return bool(whole) and (text == whole or (len(text) > 15 and (text in whole or whole in text)))


def _shifted(column: Column, by: int) -> Column:
    """The value `by` blocks further on, -1 beyond the ends."""
    shifted = np.full(len(column), -1.0)
    if by < 0:
        shifted[-by:] = column[:by]
    else:
        shifted[:-by] = column[by:]
    return shifted


def _window(column: Column, start: int, end: int) -> Column:
    """The sum over the blocks from `start` to before `end`, counted from each block."""
    sums = np.concatenate([[0.0], np.cumsum(column)])
    at = np.arange(len(column))
    return sums[np.clip(at + end, 0, len(column))] - sums[np.clip(at + start, 0, len(column))]
