"""Words of a text, and the words with capital letters that stand together."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.lists.words import INSIDE

LETTER = r"[^\W\d_]"
#: An article or the like that is joined to the word after it: `l’`, `d’`, `dell’`.
ELISION = re.compile(
    r"(?:[ldjnmstcLDJNMSTC]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu|[Dd]ell|[Nn]ell|[Aa]ll|[Ss]ull|[Dd]all|[Uu]n)[’']"
)
TOKEN = re.compile(rf"{ELISION.pattern}(?={LETTER})|{LETTER}[\w’'.-]*(?<![.'’-])|{LETTER}")
#: `Bologna und Rom` are two.
CONJUNCTION = re.compile(r"(?:und|sowie|et|y|e|i|en|och|og)")
SPACES = (" ", "\u00a0")

Token = re.Match[str]


def runs(whole: str) -> Iterator[list[Token]]:
    """Words with capital letters that stand together, with the small words inside them."""
    run: list[Token] = []
    end = -1
    for token in TOKEN.finditer(whole):
        if run and not _is_joined(whole[end : token.start()], run[-1]):
            yield _stripped(run)
            run = []
        if _is_capital(token) or (run and INSIDE.fullmatch(token[0])):
            run.append(token)
        elif run:
            yield _stripped(run)
            run = []
        end = token.end()
    if run:
        yield _stripped(run)


def _is_joined(between: str, last: Token) -> bool:
    return between in SPACES or (between == "" and bool(ELISION.fullmatch(last[0])))


def _is_capital(token: Token) -> bool:
    return token[0][0].isupper() and not ELISION.fullmatch(token[0])


def _stripped(run: list[Token]) -> list[Token]:
    """Without small words at the end."""
    last = max(i for i, token in enumerate(run) if _is_capital(token))
    return run[: last + 1]


def windows(run: Sequence[Token], size: int) -> Iterator[Sequence[Token]]:
    for start in range(len(run) - size + 1):
        yield run[start : start + size]


def parts(run: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The run without its conjunctions."""
    part: list[Token] = []
    for token in run:
        if CONJUNCTION.fullmatch(token[0]):
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


def text_of(whole: str, words: Sequence[Token]) -> str:
    return whole[words[0].start() : words[-1].end()]
