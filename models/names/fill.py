"""The corpus again, with other names: a tagger must learn the sentences, and not who is in them.

A name is replaced by the same name wherever it stands in a snippet, and a surname by the surname of whoever
has the full name there.
"""

import random
import re

from models.names.corpus import BLANK_LINE, Piece, Snippet
from models.names.lists import Lists

GENERATION = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
INITIAL = re.compile(r"(?:[A-Z]\.)+")
PARTICLE = re.compile(
    r"(?:al|el|van|von|der|den|de|da|di|do|dos|bin|ibn|abu|ben|la|le|ter|ten|zu)", re.IGNORECASE
)
#: First words of organisations that say what they are, and are no names.
PLAIN = re.compile(
    r"(?:National|Central|United|International|Royal|General|First|Federal|State|World|Global|American|European"
    r"|African|Asian|Bank|University|Hospital|Institute|College|School|Ministry|Department|Association|Saint|St\.?"
    r"|City|County|New|North|South|East|West|Northern|Southern|Eastern|Western|Grand|Old|Upper|Lower)",
)
SENTENCE = re.compile(r"[.!?…]\W*$")
LONGEST_HEADLINE = 16


class Filler:
    """Makes variants of snippets. What it makes depends on the lists and on `chance` alone."""

    def __init__(self, lists: Lists, chance: random.Random) -> None:
        self._lists, self._chance = lists, chance

    def variant(self, snippet: Snippet) -> Snippet:
        """The snippet with other names, and its headline in one of the ways that headlines are set in."""
        new = self._replacements(snippet)
        filled = tuple(Piece(new.get((each.code, each.text), each.text), each.code) for each in snippet)
        return self._headline(filled)

    def _replacements(self, snippet: Snippet) -> dict[tuple[str, str], str]:
        """(code, name) → another name, for all names that are replaced."""
        names = list(dict.fromkeys((each.code, each.text) for each in snippet if each.code))
        words: dict[str, str] = {}
        for name in sorted(
            (text for code, text in names if code == "P"), key=lambda text: -len(text.split())
        ):
            self._person(name, words)
        for code, name in names:
            if code in "GT" and name.casefold() not in words:
                self._place(code, name, words)
        for code, name in names:
            first = name.split()[0]
            if code in "CU" and first.casefold() not in words and not PLAIN.fullmatch(first):
                words[first.casefold()] = self._firm(first)
        return {(code, name): _rewritten(code, name, words) for code, name in names if code in "PGTCU"}

    def _person(self, name: str, words: dict[str, str]) -> None:
        """Choose other words for those of a person's name that have none yet."""
        parts = [part for part in name.split() if not _stays(part)]
        first, last = self._lists.person()
        for i, part in enumerate(parts):
            is_last = i == len(parts) - 1
            another = last if is_last else first if i == 0 else self._lists.person()[0]
            words.setdefault(part.casefold(), another)

    def _place(self, code: str, name: str, words: dict[str, str]) -> None:
        is_country = code == "G" and self._lists.is_country(name.title() if name.isupper() else name)
        first = name if code == "G" else name.split()[0]
        if not PLAIN.fullmatch(first):
            words.setdefault(first.casefold(), self._lists.country() if is_country else self._lists.city())

    def _firm(self, word: str) -> str:
        """Another first word for a firm or a school: an acronym for an acronym, else a surname or a place."""
        if word.isupper() and len(word) <= 5:
            return "".join(self._chance.choices("ABCDEFGHIKLMNOPRSTVXZ", k=len(word)))
        return self._lists.person()[1] if self._chance.random() < 0.6 else self._lists.city()

    def _headline(self, snippet: Snippet) -> Snippet:
        """Where the first paragraph is no sentence, in capitals, in title case or as it is."""
        change = self._chance.choice((str.upper, _title_case, str, str))
        end = snippet.index(Piece(BLANK_LINE)) if Piece(BLANK_LINE) in snippet else 0
        head = "".join(each.text for each in snippet[:end])
        if SENTENCE.search(head) or len(head.split()) > LONGEST_HEADLINE:
            return snippet
        return (*(Piece(change(each.text), each.code) for each in snippet[:end]), *snippet[end:])


def _rewritten(code: str, name: str, words: dict[str, str]) -> str:
    """The name with the words that were chosen for it; in capitals where it was."""
    if code == "G":
        new = words.get(name.casefold(), name)
    elif code == "P":
        new = " ".join(words.get(part.casefold(), part) for part in name.split())
    else:
        first, *rest = name.split()
        new = " ".join((words.get(first.casefold(), first), *rest))
    return new.upper() if name.isupper() and len(name) > 5 else new


def _stays(part: str) -> bool:
    """Whether part of a person's name is none that differs between persons: an initial, `Jr.`, `van`."""
    return bool(GENERATION.fullmatch(part) or INITIAL.fullmatch(part) or PARTICLE.fullmatch(part))


def _title_case(text: str) -> str:
    return re.sub(r"(?<![\w'’.])([a-z])(?=\w{3,})", lambda letter: letter[1].upper(), text)
