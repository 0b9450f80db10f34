"""Dialogues whose lines begin with a dash, as in French and Spanish: `—Nadie viene —dice Quiroga—. Nunca.`"""

import re
from collections.abc import Iterator

from agents.entities.quotes.cues import SPEECH
from agents.entities.quotes.marks import Quoted

LANGUAGES = frozenset(("ca", "es", "fr", "gl", "it", "pt", "ro"))
LINE = re.compile(r"(?m)^[—–]\s?(?=[\w¿¡«“…])(?P<line>[^\n]+)$")
DASH = re.compile(r"\s?[—–]\s?")
#: Where the words of the writer begin without a dash: `Non, dit-elle.`
NARRATION = re.compile(rf",\s(?=(?:a\s|ont\s|ha\s|han\s)?(?:{SPEECH.pattern}))")
EDGES = " \u00a0\u202f.,;"


def dialogue(text: str, language: str | None) -> Iterator[Quoted]:
    """What is said in the lines that begin with a dash, in their order."""
    if language not in LANGUAGES:
        return
    for match in LINE.finditer(text):
        yield from _in_line(text, match.start(), match.start("line"), match.end())


def _in_line(text: str, opened: int, start: int, end: int) -> Iterator[Quoted]:
    """Every other stretch between the dashes is said; the others are the writer's."""
    edges = [start, *(place for dash in DASH.finditer(text, start, end) for place in dash.span()), end]
    for begin, stop in list(zip(edges[0::2], edges[1::2], strict=True))[0::2]:
        narration = NARRATION.search(text, begin, stop)
        stop = narration.start() if narration else stop
        content = text[begin:stop]
        begin += len(content) - len(content.lstrip(EDGES))
        if begin < stop:
            yield Quoted(opened if begin == start else begin, begin, stop, stop)
