"""A block → the numbers that the model decides by: its witnesses, itself, where it stands, its neighbours."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.clean.body import cues
from agents.clean.body.blocks import FAR, Block, Container, Outline
from agents.clean.body.witnesses import Column, Runs, Witness

Numbers = npt.NDArray[np.float32]

KEPT_COLUMN = 0
"""`Page.kept`."""
SENTENCE_END = tuple('.!?…。！？:;”"»’)]')
SENTENCE = re.compile(r"[.!?…。！？](?=[\s\"”’»)]|$)")
LONG = 12
FIRST_WORDS = 25
MAX_WORD = 60
"""Characters of one that are looked at."""
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOW = 10
FEW = 8
PARAGRAPH_TAGS = {"p", "li", "h2", "h3", "h4"}
PROSE_TAGS = {"p", "div", "li", "blockquote", "tr", "section", "article"}
NOWHERE = 30


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the page says of itself beside its blocks. Title and description are in lower case."""

    json_ld: Witness
    title: str
    description: str


class Page:
    """The blocks of a page, and the columns that most features are made of."""

    def __init__(self, outline: Outline, evidence: Evidence) -> None:
        self.blocks = outline.blocks
        self.containers = outline.containers
        self.evidence = evidence
        self.runs = Runs([block.text for block in self.blocks])
        self.words = np.array([block.words for block in self.blocks], dtype=float)
        self.linked = np.array([block.linked for block in self.blocks], dtype=float)
        self.link_share = self.linked / np.maximum(self.words, 1)
        self.kept = self._prose()
        """How much of each block a first guess, or trafilatura, takes for the story."""
        self.open = ~((self.words < FEW) & (self.linked >= self.words))
        """A few words that are a link are not looked at: half of all blocks."""
        self.container = np.array([block.container.number for block in self.blocks], dtype=int)
        self.used, self.place = np.unique(self.container, return_inverse=True)
        """The containers that blocks stand in directly, and which of these each block has."""
        self.outwards = self._outwards()
        self.starts = np.array([each.start for each in self.containers])
        self.ends = np.array([each.end for each in self.containers])
        self.openings = [
            first_words(block) if used else []
            for block, used in zip(self.blocks, self.open.tolist(), strict=True)
        ]
        self.opening = [list(map(cues.word, words)) for words in self.openings]
        """What the first words of each block say; nothing for one that is not looked at."""

    def tokens(self) -> list[list[int]]:
        """The positions in the table of weights of each block's first words, and of what it stands in."""
        around: dict[int, tuple[int, ...]] = {}
        positions: list[list[int]] = []
        for block, words, weighed in zip(self.blocks, self.openings, self.opening, strict=True):
            if not words:
                positions.append([])
                continue
            inner = block.container
            if inner.number not in around:
                around[inner.number] = named(inner)
            own = {cues.opening(" ".join(words[:2])), *around[inner.number]}
            own.update(position for position, _ in weighed)
            positions.append(list(own))
        return positions

    def _outwards(self) -> npt.NDArray[np.int64]:
        """A row a distance: the numbers of the containers around each used one; -1 beyond the outermost."""
        around = np.array([each.parent.number if each.parent else -1 for each in self.containers] + [-1])
        rows = [self.used]
        for _ in range(NOWHERE - 1):
            rows.append(around[rows[-1]])
        return np.array(rows)

    def hear(self, trafilatura: Witness) -> None:
        """From now on, `kept` is what trafilatura keeps."""
        self.kept = self.runs.held_by(trafilatura)

    def _prose(self) -> Column:
        """Long blocks without links that end as sentences do."""
        ends = np.array([block.text.endswith(SENTENCE_END) for block in self.blocks], dtype=bool)
        in_prose = np.array([block.container.tag in PROSE_TAGS for block in self.blocks], dtype=bool)
        prose = np.minimum(1, self.words / LONG) * (1 - self.link_share) * np.where(ends, 1.0, 0.3)
        return np.where(in_prose & (self.words >= LONG / 2), prose, 0.0)

    def features(self, learnt: Column) -> Numbers:
        """One row an open block. `learnt`, one a block, is what its words and names weigh."""
        columns = [self._witnesses(), self._own(), self._places(), self._positions(), self._kinds()]
        columns += [self._surroundings(), self._neighbours(learnt)]
        rows: Numbers = np.concatenate(columns, axis=1, dtype=np.float32)[self.open]
        return rows

    def _witnesses(self) -> Numbers:
        claimed, texts = self.evidence.json_ld, [block.text.casefold() for block in self.blocks]
        counts = Counter(texts)
        columns = [
            self.kept,
            self.runs.held_by(claimed) if claimed else np.full(len(texts), -1.0),
            *self.runs.repeated(),
            [counts[text] for text in texts],
            self._part_of(self.evidence.title, texts),
            self._part_of(self.evidence.description, texts),
        ]
        return np.column_stack(columns)

    def _part_of(self, whole: str, texts: Sequence[str]) -> list[bool]:
        return [
            used and bool(whole) and (text == whole or (len(text) > 15 and (text in whole or whole in text)))
            for text, used in zip(texts, self.open.tolist(), strict=True)
        ]

    def _own(self) -> Numbers:
        closed = [0.0] * 10
        rows = [_line(block) if used else closed for block, used in zip(self.blocks, self.open, strict=True)]
        packed = np.array([sum([cue for _, cue in words]) for words in self.opening])
        counts = packed[:, None] >> cues.BITS * np.arange(cues.KINDS) & (1 << cues.BITS) - 1
        return np.column_stack([np.log1p(self.words), self.link_share, np.array(rows), counts])

    def _places(self) -> Numbers:
        """How far outwards the nearest container with each mark is; `FAR` where there is none."""
        own = np.array([each.marks for each in self.containers] + [0])
        bits = (own[:, None] >> np.arange(len(cues.MARKS)) & 1).astype(bool)
        nearest = np.full((len(self.used), len(cues.MARKS)), FAR, dtype=np.float32)
        for distance in reversed(range(FAR)):
            np.copyto(nearest, distance, where=bits[self.outwards[distance]])
        depth = np.array([self.containers[number].depth for number in self.used])
        return np.column_stack([nearest, depth])[self.place]

    def _positions(self) -> Numbers:
        number, total = len(self.blocks), max(1.0, self.words.sum())
        order = np.arange(number)
        solid = np.flatnonzero((self.kept > 0.7) & (self.words >= LONG))
        first, last = (solid[0], solid[-1]) if len(solid) else (0, number - 1)
        heading = next((at for at, block in enumerate(self.blocks) if block.container.tag == "h1"), None)
        columns = [
            order / number,
            (np.cumsum(self.words) - self.words) / total,
            order - heading if heading is not None else np.full(number, -99),
            order - first,
            order - last,
        ]
        return np.column_stack(columns)

    def _kinds(self) -> Numbers:
        """How many blocks stand in containers of the same kind, their words and links, and what is kept."""
        names: dict[str, int] = {}
        kind = np.array(
            [names.setdefault(block.container.kind, len(names)) for block in self.blocks], dtype=int
        )
        summed = (np.ones(len(kind)), self.words, self.linked, self.kept * self.words)
        count, words, linked, kept = (np.bincount(kind, weights=column)[kind] for column in summed)
        some, total = np.maximum(1, words), max(1.0, self.words.sum())
        return np.column_stack([np.log1p(words), words / total, linked / some, np.log1p(count), kept / some])

    def _surroundings(self) -> Numbers:
        """The containers around a block: how much of the page's text, and of trafilatura's, they hold."""
        long = np.where((self.words >= LONG) & (self.link_share < 0.5), self.words, 0)
        kept, words, linked, solid = map(self._sums, (self.kept * self.words, self.words, self.linked, long))
        all_kept, all_long = max(1.0, kept[0]), max(1.0, solid[0])
        best = int(np.argmax(2 * kept / (all_kept + words)))
        held = np.column_stack([kept / np.maximum(1, words), words / all_kept, solid / all_long])
        held = np.vstack([held, np.full(3, -1.0)])
        first = np.array([self.containers[number].tag in PARAGRAPH_TAGS for number in self.used], dtype=int)
        near = [held[self.outwards[first + distance, np.arange(len(first))]] for distance in range(3)]
        columns = [
            *(self._distance(kept, share * all_kept) for share in (0.5, 0.9)),
            (self.outwards == best).any(axis=0),
            np.log1p(np.bincount(self.container)[self.used]),
            (linked / np.maximum(1, words))[self.used],
        ]
        return np.column_stack([*columns, *near])[self.place]

    def _sums(self, column: Column) -> Column:
        """The sum over each container's blocks, rounded so that equal ones are equal."""
        sums = np.concatenate([[0.0], np.cumsum(column)])
        held: Column = np.round(sums[self.ends] - sums[self.starts], 6)
        return held

    def _distance(self, held: Column, least: float) -> Column:
        """How far outwards the nearest container that holds this much is."""
        enough = np.append(held >= least, False)[self.outwards]
        return np.where(enough.any(axis=0), enough.argmax(axis=0), NOWHERE)

    def _neighbours(self, learnt: Column) -> Numbers:
        length = np.log1p(self.words)
        columns = [_shifted(length, by) for by in NEIGHBOURS] + [_shifted(self.kept, by) for by in NEIGHBOURS]
        columns += [_shifted(each, by) for each in (self.link_share, learnt) for by in (-2, -1, 1, 2)]
        for start, end in ((-WINDOW, 0), (1, WINDOW + 1)):
            around = np.maximum(1, _window(self.words, start, end))
            sums = (_window(self.kept * self.words, start, end), _window(self.linked, start, end))
            columns += [np.log1p(around), *(each / around for each in sums)]
        return np.column_stack([learnt, *columns])


def named(inner: Container) -> tuple[int, ...]:
    """The positions in the table of weights of the names of what a block stands in."""
    positions = {*cues.tags_position(inner.tag, inner.parent.tag if inner.parent else "")}
    at: Container | None = inner
    for distance in "sppaa":
        if at is None:
            break
        positions.update(cues.name_positions(at.names, distance))
        at = at.parent
    return tuple(positions)


def first_words(block: Block) -> list[str]:
    words = block.text[: FIRST_WORDS * MAX_WORD].split(maxsplit=FIRST_WORDS)[:FIRST_WORDS]
    return words if max(map(len, words)) <= MAX_WORD else [word[:MAX_WORD] for word in words]


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
    ends, starts = (np.clip(at + by, 0, len(column)) for by in (end, start))
    summed: Column = sums[ends] - sums[starts]
    return summed
