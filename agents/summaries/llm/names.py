"""The names of a text: words with a capital. In scripts without capitals, every word counts as a name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agents.summaries.terms import terms

WORD = re.compile(r"[^\W_]++(?:['’&.-][^\W_]++)*+")
PART = re.compile(r"[^\W_]++")
#: What may open a sentence of a summary although the article has it nowhere. All others may be names.
OPENERS = frozenset(
    "a an the in on at by for from of to with after before during despite although though while when where"
    " as if since both all some many most several other others another there this these those it its he she"
    " they his her their who what how why no not but and or so yet however meanwhile also instead once only"
    " more less over under about around according because until unless following amid among between under"
    " new now later earlier today one people officials police critics experts researchers residents".split()
)
#: Between the words of a name.
GAP = " "


@dataclass(frozen=True, slots=True)
class Token:
    """A word, where it stands, and its form for comparisons."""

    text: str
    start: int
    end: int

    @property
    def form(self) -> str:
        return form(self.text)

    @property
    def is_name(self) -> bool:
        return self.text != self.text.lower() and self.form != "i"

    @property
    def is_caseless(self) -> bool:
        return self.text.lower() == self.text.upper() and any(map(str.isalpha, self.text))


class Stated:
    """The words of an article: all of them, those that it also writes small, and which follow each other."""

    def __init__(self, texts: Iterable[str], names: Iterable[str]) -> None:
        """`names` are those of its entities, whose words belong together in any order."""
        texts = list(texts)
        tokens = [tokens_of(text) for text in texts]
        every = [token for each in tokens for token in each]
        self.forms = {part for token in every for part in _forms(token.text)}
        self._small = {token.form for token in every if not token.is_name}
        self._pairs = {pair for text, each in zip(texts, tokens, strict=True) for pair in _pairs(text, each)}
        self._together = [{token.form for token in tokens_of(name)} for name in names]
        self._terms = {term for text in texts for term in terms(text)}

    def has(self, token: Token) -> bool:
        """Whether the word stands in the article, in any case, with or without the sign of a genitive."""
        if token.is_caseless:
            return self._terms.issuperset(terms(token.text))
        own = token.form
        if not self.forms.isdisjoint((own, own.removesuffix("s"), f"{own}s")):
            return True
        parts = PART.findall(own)
        return len(parts) > 1 and self.forms.issuperset(parts)

    def has_together(self, first: Token, second: Token) -> bool:
        """Whether two words of a name may follow each other: two persons' names may not be mixed."""
        pair = (first.form, second.form)
        return (
            pair in self._pairs
            or not self._small.isdisjoint(pair)
            or any(name.issuperset(pair) for name in self._together)
        )


def foreign(sentences: Sequence[str], article: Stated) -> Iterator[str]:
    """The names in these sentences that the article does not have."""
    for sentence in sentences:
        tokens = tokens_of(sentence)
        for place, token in enumerate(tokens):
            is_opener = place == 0 and token.form in OPENERS
            if (token.is_name or token.is_caseless) and not is_opener and not article.has(token):
                yield token.text
        for first, second in pairwise(tokens):
            together = sentence[first.end : second.start] == GAP and first.is_name and second.is_name
            opens = first is tokens[0] and first.form in OPENERS
            if together and not opens and not article.has_together(first, second):
                yield f"{first.text} {second.text}"


def tokens_of(text: str) -> list[Token]:
    return [Token(match[0], match.start(), match.end()) for match in WORD.finditer(text)]


def form(word: str) -> str:
    """In lower case, without the dots of an abbreviation and without a possessive."""
    plain = unicodedata.normalize("NFKC", word).replace("’", "'").replace(".", "").casefold()
    return plain.removesuffix("'s")


def _forms(word: str) -> Iterator[str]:
    yield form(word)
    # `U.S.` may be cut after its first letter, where sentences are split.
    yield from PART.findall(word.casefold())


def _pairs(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    for first, second in pairwise(tokens):
        if text[first.end : second.start].isspace() or text[first.end : second.start] in ("-", ". "):
            yield first.form, second.form
