"""A block → the numbers that the model decides by: itself, where it stands, its witnesses, its neighbours."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.clean.body import cues
from agents.clean.body.blocks import Block, Container
from agents.clean.body.witnesses import Witness, repeated
from agents.clean.page.text import fold

Numbers = npt.NDArray[np.float32]

SENTENCE_END = tuple(".!?…。！？:;”\"»’)]")
SENTENCE = re.compile(r"[.!?…。！？](?=[\s\"”’»)]|$)")
KEPT_COLUMN = 0
"""How much of the block trafilatura keeps."""
FAR = 20
"""Containers outwards that are looked at."""
LONG = 12
FIRST_WORDS = 25
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
WINDOW = 10
PARAGRAPH_TAGS = {"p", "li", "h2", "h3", "h4"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the page beside its blocks. Title and description are folded."""

    trafilatura: Witness
    json_ld: Witness
    json_ld_words: int
    title: str
    description: str


def features(blocks: Sequence[Block], evidence: Evidence) -> Numbers:
    """One row a block."""
    kept = np.array([evidence.trafilatura.holds(block.text) for block in blocks])
    words = np.array([block.words for block in blocks], dtype=float)
    linked = np.array([block.linked for block in blocks], dtype=float)
    columns = [
        _witnesses(blocks, evidence, kept),
        np.array([_line(block) for block in blocks], dtype=np.float32),
        _places(blocks),
        _positions(blocks, words, kept),
        _kinds(blocks, words, linked, kept),
        _containers(blocks, kept),
        _neighbours(words, linked / np.maximum(words, 1), kept),
    ]
    return np.concatenate(columns, axis=1, dtype=np.float32)


def with_learnt(numbers: Numbers, learnt: npt.NDArray[np.floating]) -> Numbers:
    """The rows with what the words and names of each block, and of its neighbours, weigh."""
    columns = [learnt, *(_shifted(learnt, by) for by in (-2, -1, 1, 2))]
    return np.column_stack([numbers, *columns]).astype(np.float32)


def tokens(block: Block) -> list[int]:
    """The positions in the table of weights of its first words, and of the names of what it stands in."""
    found = [place for word in block.text.split(maxsplit=FIRST_WORDS)[:FIRST_WORDS] if (place := cues.word(word)[0]) >= 0]
    found.append(cues.opening(" ".join(block.text.split(maxsplit=2)[:2])))
    around = block.container.parent.tag if block.container.parent else ""
    found.extend(cues.tags_position(block.container.tag, around))
    for distance, container in zip(range(5), block.container.outwards(), strict=False):
        if container.names:
            found.extend(cues.name_positions(container.names, "s" if distance == 0 else "p" if distance <= 2 else "a"))
    return sorted(set(found))


def _line(block: Block) -> list[float]:
    text, words = block.text, max(1, block.words)
    first = text.split(maxsplit=FIRST_WORDS)[:FIRST_WORDS]
    bits = [cues.word(word)[1] for word in first]
    return [
        np.log1p(block.words),
        block.linked / words,
        len(text) / words,
        text.endswith(SENTENCE_END),
        len(SENTENCE.findall(text)),
        text.count(",") / words,
        sum(word[0].isdigit() for word in first) / len(first),
        sum(word[0].isupper() for word in first) / len(first),
        text[0].isupper(),
        text.isupper(),
        block.after_break,
        cues.own_tag(block.container.tag),
        *(sum(bit >> kind & 1 for bit in bits) for kind in range(len(cues.WORDS))),
    ]


def _places(blocks: Sequence[Block]) -> Numbers:
    """How far outwards the nearest container with each mark is; `FAR` where there is none."""
    marks = np.zeros((len(blocks), FAR + 1), dtype=np.int64)
    depths = np.zeros(len(blocks))
    for number, block in enumerate(blocks):
        chain = [container.marks for container in block.container.outwards()]
        depths[number] = len(chain)
        marks[number, : min(FAR, len(chain))] = chain[:FAR]
    bits = (marks[:, :, None] >> np.arange(len(cues.MARKS))) & 1
    bits[:, FAR, :] = 1
    return np.column_stack([bits.argmax(axis=1), depths]).astype(np.float32)


def _positions(blocks: Sequence[Block], words: npt.NDArray[np.float64], kept: npt.NDArray[np.float64]) -> Numbers:
    number, total = len(blocks), max(1.0, words.sum())
    order = np.arange(number)
    solid = np.flatnonzero((kept > 0.7) & (words >= LONG))
    first, last = (solid[0], solid[-1]) if len(solid) else (0, number - 1)
    heading = next((at for at, block in enumerate(blocks) if block.container.tag == "h1"), None)
    columns = [
        order / number,
        (np.cumsum(words) - words) / total,
        order - heading if heading is not None else np.full(number, -99),
        order - first,
        order - last,
        np.full(number, number),
        np.full(number, np.log1p(total)),
        np.full(number, (kept * words).sum() / total),
        np.full(number, np.log1p((kept * words).sum())),
    ]
    return np.column_stack(columns).astype(np.float32)


def _kinds(
    blocks: Sequence[Block],
    words: npt.NDArray[np.float64],
    linked: npt.NDArray[np.float64],
    kept: npt.NDArray[np.float64],
) -> Numbers:
    """How many blocks stand in containers of the same kind, their words, links, and trust of trafilatura."""
    names: dict[str, int] = {}
    kind = np.array([names.setdefault(block.container.kind, len(names)) for block in blocks], dtype=int)
    count, all_words, all_linked, all_kept = (
        np.bincount(kind, weights=column)[kind] for column in (np.ones_like(words), words, linked, kept * words)
    )
    share = np.maximum(1, all_words)
    columns = [np.log1p(all_words), all_words / max(1, words.sum()), all_linked / share, np.log1p(count), all_kept / share]
    return np.column_stack(columns).astype(np.float32)


def _containers(blocks: Sequence[Block], kept: npt.NDArray[np.float64]) -> Numbers:
    """The containers around a block: how much of the page's text, and of trafilatura's, they hold."""
    everywhere: dict[int, Container] = {}
    total = long_total = 0.0
    for block, share in zip(blocks, kept, strict=True):
        long = block.words if block.words >= LONG and 2 * block.linked < block.words else 0
        long_total += long
        total += share * block.words
        block.container.blocks += 1
        for container in block.container.outwards():
            everywhere[id(container)] = container
            container.words += block.words
            container.kept += share * block.words
            container.long += long
            container.linked += block.linked
    total = max(1.0, total)
    best = max(everywhere.values(), key=lambda each: 2 * each.kept / (total + each.words), default=None)
    rows: dict[int, list[float]] = defaultdict(list)
    for block in blocks:
        row = rows[id(block.container)]
        if not row:
            row.extend(_around(block.container, best, total, max(1.0, long_total)))
    return np.array([rows[id(block.container)] for block in blocks], dtype=np.float32)


def _around(inner: Container, best: Container | None, total: float, long_total: float) -> list[float]:
    chain = list(inner.outwards())
    half = next((at for at, each in enumerate(chain) if each.kept >= 0.5 * total), 30)
    most = next((at for at, each in enumerate(chain) if each.kept >= 0.9 * total), 30)
    near = (chain[1:] if inner.tag in PARAGRAPH_TAGS else chain)[:3]
    row: list[float] = [half, most, best in chain, np.log1p(inner.blocks), inner.linked / max(1, inner.words)]
    for each in (*near, *[None] * (3 - len(near))):
        if each is None:
            row.extend((-1.0, -1.0, -1.0))
        else:
            row.extend((each.kept / max(1, each.words), each.words / total, each.long / long_total))
    return row


def _witnesses(blocks: Sequence[Block], evidence: Evidence, kept: npt.NDArray[np.float64]) -> Numbers:
    texts = [block.text for block in blocks]
    claimed = [evidence.json_ld.holds(text) if evidence.json_ld else -1.0 for text in texts]
    folded = [fold(text[:400]) for text in texts]
    counts: dict[str, int] = defaultdict(int)
    for each in folded:
        counts[each] += 1
    columns = [
        kept,
        claimed,
        np.full(len(blocks), np.log1p(evidence.json_ld_words)),
        repeated(texts),
        repeated(texts[::-1])[::-1],
        [counts[each] for each in folded],
        [each == evidence.title or (len(each) > 15 and each in evidence.title) for each in folded],
        [_describes(each, evidence.description) for each in folded],
    ]
    return np.column_stack(columns).astype(np.float32)


def _describes(text: str, description: str) -> bool:
    return bool(description) and (text == description or (len(text) > 30 and (text in description or description in text)))


def _neighbours(
    words: npt.NDArray[np.float64],
    link_share: npt.NDArray[np.float64],
    kept: npt.NDArray[np.float64],
) -> Numbers:
    length = np.log1p(words)
    columns = [_shifted(length, by) for by in NEIGHBOURS] + [_shifted(kept, by) for by in NEIGHBOURS]
    columns += [_shifted(link_share, by) for by in (-2, -1, 1, 2)]
    for start, end in ((-WINDOW, 0), (1, WINDOW + 1)):
        around = np.maximum(1, _window(words, start, end))
        columns += [np.log1p(around), _window(kept * words, start, end) / around]
        columns += [_window(link_share * words, start, end) / around]
    return np.column_stack(columns).astype(np.float32)


def _shifted(column: npt.NDArray[np.floating], by: int) -> npt.NDArray[np.floating]:
    """The value `by` blocks further on, -1 beyond the ends."""
    shifted = np.full(len(column), -1.0)
    if by < 0:
        shifted[-by:] = column[:by]
    else:
        shifted[:-by] = column[by:]
    return shifted


def _window(column: npt.NDArray[np.float64], start: int, end: int) -> npt.NDArray[np.float64]:
    """The sum over the blocks from `start` to before `end`, counted from each block."""
    sums = np.concatenate([[0.0], np.cumsum(column)])
    at = np.arange(len(column))
    return sums[np.clip(at + end, 0, len(column))] - sums[np.clip(at + start, 0, len(column))]
