"""Organisations by the words of their names, and by the words before them."""

from collections.abc import Iterator, Sequence

from agents.entities.lists.tokens import CONJUNCTION, Token, text_of, windows
from agents.entities.lists.words import (
    BEFORE_ORGANISATION,
    BY_ARTICLE,
    COMPLEMENT,
    HEAD,
    KIND_OF_ORGANISATION,
    LEADER,
    LEGAL_FORM,
    NAMED_HOUSE,
    NO_COMPANY,
    NO_SOURCE,
    PREPOSITION,
    ROLE,
    SOURCE,
)
from agents.entities.mentions import Mention
from agents.entities.organisations.table import known
from agents.entities.repair.marked import at

#: How much of the text before a name is read.
BEFORE = 40
MOST_WORDS = 3


def organisations(whole: str, runs: Sequence[Sequence[Token]]) -> Iterator[Mention]:
    for run in runs:
        for part in _divided(run):
            yield from _in_run(whole, part)
        yield from _known(whole, run)


def _divided(run: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The run, cut at a conjunction that joins two names: none where a preposition stands before it."""
    start = 0
    for i, token in enumerate(run):
        if PREPOSITION.fullmatch(token[0]):
            break
        if CONJUNCTION.fullmatch(token[0]) and i > start:
            yield run[start:i]
            start = i + 1
    if start < len(run):
        yield run[start:]


def _in_run(whole: str, run: Sequence[Token]) -> Iterator[Mention]:
    before = whole[max(0, run[0].start() - BEFORE) : run[0].start()]
    source = _source(before, run)
    if BEFORE_ORGANISATION.search(before):
        yield _organisation(whole, run)
    elif source and not (len(source) == 1 and HEAD.fullmatch(source[0][0])):
        yield _organisation(whole, source)
    for i, token in enumerate(run):
        rest = run[i + 1 : i + 3]
        if HEAD.fullmatch(token[0]) and not ROLE.fullmatch(token[0]):
            if rest:
                yield _organisation(whole, run[i:])
            elif complement := COMPLEMENT.match(whole, token.end()):
                yield at("text", whole, token.start(), complement.end(), "organisation")
            break
        if rest and rest[0][0][0].isupper() and KIND_OF_ORGANISATION.fullmatch(token[0]):
            yield _organisation(whole, run[i + 1 :])
        if len(rest) > 1 and LEADER.fullmatch(token[0]) and rest[0][0] == "von":
            yield _organisation(whole, run[i + 2 :])
        if i and LEGAL_FORM.fullmatch(token[0]):
            yield _organisation(whole, run[: i + 1])


def _source(before: str, run: Sequence[Token]) -> Sequence[Token]:
    """What the run says after `selon l’`; empty where it is an office or too long for a name."""
    if len(run) > 2 and run[0][0].casefold() in SOURCE and run[1][0].islower():
        run, is_source = run[2:], True
    else:
        is_source = BY_ARTICLE.search(before) is not None
    is_name = len(run) <= MOST_WORDS and run[0][0].casefold() not in NO_SOURCE
    return run if is_source and is_name else ()


def _known(whole: str, run: Sequence[Token]) -> Iterator[Mention]:
    """Those of the table, also as part of a compound: `Siemens-Werk`; and houses with a name."""
    for size in range(MOST_WORDS, 0, -1):
        for words in windows(run, size):
            name = text_of(whole, words)
            if len(name) > 2 and known(name):
                yield _organisation(whole, words)
    for token in run:
        first, hyphen, _ = token[0].partition("-")
        if NAMED_HOUSE.fullmatch(token[0]):
            yield _organisation(whole, [token])
        elif hyphen and len(first) > 2 and known(first) and first.casefold() not in NO_COMPANY:
            yield at("text", whole, token.start(), token.start() + len(first), "organisation")


def _organisation(whole: str, words: Sequence[Token]) -> Mention:
    return at("text", whole, words[0].start(), words[-1].end(), "organisation")
