"""What a mention's type is decided by: its words, the words around it, and the article's other mentions."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from agents.entities.mentions import Mention
from agents.entities.people.first_names import is_first_name
from agents.entities.places.demonyms import is_demonym
from agents.entities.places.table import Places

WORD = re.compile(r"\w+(?:[.'’&-]\w+)*\.?|[^\w\s]")
DIGIT = re.compile(r"\d")
#: Words of a match, a league or a team. Where they are frequent, a city is often its club.
SPORT = frozenset(
    (
        "match game season league coach striker midfielder defender goalkeeper scored innings wicket"
        " wickets inning pitcher homer quarterback touchdown playoff playoffs halftime half-time"
        " penalty tournament championship cup team teams squad captain manager defeat victory won"
        " beat lost draw points goals title win runs batsman bowler set sets seed fixture kick try"
        " tries round final finals semifinal stadium club fans player players"
    ).split()
)
COMPANY = re.compile(
    r"(?:inc|corp|co|ltd|plc|llc|llp|ag|gmbh|sa|spa|nv|bv|ab|oy|as|asa|se|kk|pty|bhd|holdings?|group|company"
    r"|bank"
    r"|industries|airlines|motors?|partners|capital|systems|technologies|energy|oil|steel|foods|pharma\w*)\.?",
    re.IGNORECASE,
)
#: Stands for the word before the first of a paragraph and after the last.
EDGE = "^"


class Context:
    """A text with its mentions. `features` has the features of one of them, as strings."""

    def __init__(self, text: str, mentions: Sequence[Mention], places: Places) -> None:
        self._text, self._places = text, places
        tokens = list(WORD.finditer(text))
        self._starts = [token.start() for token in tokens]
        self._words = [token[0] for token in tokens]
        self._lower = [word.lower() for word in self._words]
        sport = sum(word in SPORT for word in self._lower)
        self._sport = min(4, int(100 * sport / max(len(tokens), 60)))
        self._labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._last: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._first: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for mention in mentions:
            self._count(mention)

    def _count(self, mention: Mention) -> None:
        words = mention.text.lower().split()
        self._labels[mention.text.lower()][mention.type] += 1
        if len(words) > 1:
            self._last[words[-1]][mention.type] += 1
            self._first[words[0]][mention.type] += 1

    def features(self, mention: Mention) -> Iterator[str]:
        yield from self._own(mention)
        yield from self._around(mention)
        yield from self._elsewhere(mention)

    def _own(self, mention: Mention) -> Iterator[str]:
        words = mention.text.split()
        lower = [word.lower() for word in words]
        label = mention.type
        yield f"l={label}"
        yield f"n={min(len(words), 4)}"
        yield f"ln={label},{min(len(words), 3)}"
        yield f"w0={lower[0]}"
        yield f"w-1={lower[-1]}"
        yield f"s0={lower[0][-3:]}"
        yield f"s-1={lower[-1][-3:]}"
        yield f"sh={_shape(words[0])},{_shape(words[-1])}"
        for word in lower[1:-1]:
            yield f"wi={word}"
        if COMPANY.fullmatch(lower[-1]) and len(words) > 1:
            yield "company"
        if is_first_name(words[0]):
            yield f"first-name,{len(words) > 1}"
        if is_demonym(words[-1]):
            yield f"demonym,{len(words) > 1}"
        elif is_demonym(words[0]):
            yield "demonym-before"
        yield f"pl={self._places.kind_of(mention.text)},{len(words) > 1}"
        yield f"pl={self._places.kind_of(mention.text)},{label}"

    def _around(self, mention: Mention) -> Iterator[str]:
        first = bisect_left(self._starts, mention.start)
        after = bisect_left(self._starts, mention.end)
        p1, p2 = self._word(first - 1, mention.start), self._word(first - 2, mention.start)
        n1, n2, n3 = (self._word(after + i, mention.end, after=True) for i in range(3))
        yield f"p1={p1}"
        yield f"p2={p2}"
        yield f"p21={p2} {p1}"
        yield f"n1={n1}"
        yield f"n2={n2}"
        yield f"n12={n1} {n2}"
        yield f"pn={p1}_{n1}"
        yield f"lp={mention.type},{p1}"
        yield f"lnx={mention.type},{n1}"
        yield f"n3={n3}"
        yield f"lsp={mention.type},{self._sport},{self._places.kind_of(mention.text)}"
        if self._sport > 1:
            yield f"sp1={p1}"
            yield f"sn1={n1}"

    def _elsewhere(self, mention: Mention) -> Iterator[str]:
        name = mention.text.lower()
        same = self._labels[name]
        total = same.total()
        for kind, count in same.items():
            share = 3 * count // total
            yield f"same={kind},{share},{total > 2}"
        single = " " not in name
        if single:
            for kind in self._last[name]:
                yield f"last={kind}"
                yield f"last={kind},{mention.type}"
            for kind in self._first[name]:
                yield f"first={kind}"
                yield f"first={kind},{mention.type}"
            if not self._last[name] and not self._first[name]:
                yield f"alone,{mention.type}"

    def _word(self, place: int, near: int, *, after: bool = False) -> str:
        """The word at the place, in lower case; numbers as `0`; an edge where a paragraph ends."""
        if not 0 <= place < len(self._words):
            return EDGE
        start = self._starts[place]
        between = self._text[near:start] if after else self._text[start:near]
        if "\n" in between:
            return EDGE
        word = self._lower[place]
        return DIGIT.sub("0", word)[:4] if word[0].isdigit() else word


def _shape(word: str) -> str:
    if word.isupper():
        return "XX" if len(word) > 3 else "X" * len(word)
    if word[:1].isupper():
        return "XxX" if any(letter.isupper() for letter in word[1:]) else "Xx"
    return "9" if word[:1].isdigit() else "x"
