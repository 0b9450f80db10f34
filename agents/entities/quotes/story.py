"""An article as the search for speakers sees it: its text without what is quoted, and who is named where."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter

from agents.entities.people.first_names import Gender
from agents.entities.quotes.dialogue import dialogue
from agents.entities.quotes.marks import Quoted, quoted
from agents.entities.repair.datelines import after_dateline

PARAGRAPH = re.compile(r"\n\s*+")
#: Stands for each character of a quoted stretch in `unquoted`.
HIDDEN = "\x01"
START = attrgetter("start")
ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Maj|Rev|Hon|Jr|Sr|Inc|Corp|Co|Ltd|No|Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec|vs|etc|Mt|Ft|Bros|Cmdr|Adm|Insp|Supt|Det)|\b[A-Z](?:\.[A-Z]){0,5})\.$"
)
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[)\]]?(?=\s++[^a-z\s]|\s*+$)")
SPACE = re.compile(r"\s*+")


@dataclass(frozen=True, slots=True)
class Named:
    """A mention of an entity in the text."""

    start: int
    end: int
    entity: str
    type: str
    name: str
    text: str


@dataclass
class Story:
    text: str
    named: Sequence[Named]
    """The mentions in the text, in their order."""
    quotations: list[Quoted] = field(default_factory=list)
    genders: dict[str, Gender | None] = field(default_factory=dict)
    """Of entities, as far as it was asked for."""

    @classmethod
    def of(cls, text: str, named: Sequence[Named], language: str | None) -> "Story":
        quotations = quoted(text)
        inside = [(each.opened, each.closed) for each in quotations]
        spoken = [
            each
            for each in dialogue(text, language)
            if not any(opened < each.closed and each.opened < closed for opened, closed in inside)
        ]
        return cls(text, sorted(named, key=lambda each: each.start), sorted([*quotations, *spoken]))

    @cached_property
    def unquoted(self) -> str:
        """The text with each quoted stretch hidden; all places stay the same."""
        letters = list(self.text)
        for each in self.quotations:
            letters[each.opened : each.closed] = HIDDEN * (each.closed - each.opened)
        return "".join(letters)

    @cached_property
    def paragraphs(self) -> list[tuple[int, int]]:
        """Start and end of each paragraph; one that is within a quotation is part of that before."""
        starts = [
            after_dateline(self.unquoted, at)
            for at in (0, *(gap.end() for gap in PARAGRAPH.finditer(self.unquoted)))
        ]
        ends = [*(gap.start() for gap in PARAGRAPH.finditer(self.unquoted)), len(self.text)]
        return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]

    def paragraph(self, place: int) -> int:
        """Which paragraph the place is in."""
        return max(0, bisect_left(self._starts, place + 1) - 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.paragraphs]

    def sentences(self, start: int, end: int) -> list[tuple[int, int]]:
        """Start and end of each sentence of a stretch, by what is outside the quotations."""
        at, sentences = start, []
        for stop in SENTENCE_END.finditer(self.unquoted, start, end):
            if not ABBREVIATION.search(self.unquoted, max(start, stop.start() - 12), stop.start() + 1):
                sentences.append((at, stop.end()))
                space = SPACE.match(self.unquoted, stop.end(), end)
                at = space.end() if space else stop.end()
        if at < end:
            sentences.append((at, end))
        return sentences

    def named_in(self, start: int, end: int) -> list[Named]:
        """The mentions in a stretch, those in quotations left out."""
        first = bisect_left(self.named, start, key=START)
        last = bisect_left(self.named, end, key=START)
        return [each for each in self.named[first:last] if each.end <= end and not self.is_quoted(each.start)]

    def is_quoted(self, place: int) -> bool:
        return self.unquoted[place] == HIDDEN
