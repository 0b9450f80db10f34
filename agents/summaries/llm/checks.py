"""Whether a summary by a model is one, and says only what stands in the article.

The checks know names, numbers and words. They do not see a claim that is made of the article's own words and
is wrong: who did what to whom, or a `not` left out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum

from agents.records import TaggedArticle
from agents.summaries.llm.names import Stated, foreign
from agents.summaries.llm.numbers import numbers, stated
from agents.summaries.sentences import split
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import terms, words

#: How much longer than asked it may be. Models count badly, and a sentence is not cut.
LIMIT = 1.5
#: The least share of its content words that the article must have.
SHARE = 0.5
#: The same without the sentence of the article that has most of them. One sentence is no summary, and an
#: instruction that was smuggled into a page stands alone in it. Of 1,000 summaries by editors (CNN/DM),
#: which are in words of their own, 3.9 % have too few in one of the two ways.
REST = 0.4
#: Shorter words are mostly no content; of longer ones the beginning is compared, without the inflection.
SHORTEST, STEM = 4, 5
#: Longer words that any text has, so that they say nothing about this one.
NO_CONTENT = frozenset(
    "about above after again against almost along already also although always among another around because"
    " become been before being below between both cannot could does doing done down during each either else"
    " enough even ever every everybody everyone everything from further have having here hers herself himself"
    " however into itself just less like made make many more most much must myself never only other others"
    " ought ours over same should since some something such than that their theirs them themselves then there"
    " these they thing things this those though through together toward towards under until upon very want"
    " were what when where whether which while whom whose will with within without would"
    " your yours yourself".split()
)
LINK = re.compile(r"://|\bwww\.|@\w|\w@|\b[\w-]{1,63}\.[a-z]{2,24}/", re.IGNORECASE)
MARKUP = re.compile(
    r"```|\*\*|__|\]\(|</?[a-z][^<>\n]{0,80}>|^\s{0,8}(?:[#>*•-]|\d{1,2}[.)])\s", re.MULTILINE | re.IGNORECASE
)


class Unfit(StrEnum):
    """Why a text is not taken as the summary."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    MARKUP = "markup"
    LINK = "link"
    NAME = "name-not-in-article"
    NUMBER = "number-not-in-article"
    WORDS = "words-not-in-article"


def unfit(text: str, article: TaggedArticle, settings: SummariesSettings) -> Unfit | None:
    """Why `text` cannot be the summary of the article, or None if it can."""
    return next(_faults(text, article, settings), None)


def _faults(text: str, article: TaggedArticle, settings: SummariesSettings) -> Iterator[Unfit]:
    length = words(text)
    if length < settings.shortest:
        yield Unfit.EMPTY
    if length > LIMIT * settings.words:
        yield Unfit.TOO_LONG
    if MARKUP.search(text) or _has_hidden(text, article.text):
        yield Unfit.MARKUP
    if LINK.search(text):
        yield Unfit.LINK
    language = article.language.code
    texts = [article.title or "", article.text[: settings.most_characters]]
    limits = {"most": settings.most_sentences, "characters": settings.most_characters}
    own = [span.text for span in split(text, language, **limits)]
    if any(foreign(own, Stated(texts, _names(article)))):
        yield Unfit.NAME
    if not stated("\n".join(texts)).issuperset(numbers(text)):
        yield Unfit.NUMBER
    sentences = [span.text for span in split(article.text, language, **limits)]
    if not _is_covered(text, [texts[0], *sentences]):
        yield Unfit.WORDS


def _names(article: TaggedArticle) -> Iterator[str]:
    """What the entities are called, with what stands beside a name: `President Berg`."""
    for entity in article.entities:
        forms = {entity.name, *(mention.text for mention in entity.mentions)}
        yield " ".join([*sorted(forms), *entity.descriptors])


def _has_hidden(text: str, article: str) -> bool:
    """Whether it has signs that nobody sees and that the article has not: direction marks, controls."""
    strange = {sign for sign in text if unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn"}}
    return not (strange - {"\n"}) <= set(article)


def _is_covered(text: str, sentences: Sequence[str]) -> bool:
    """Whether enough of the content words stand in the article, and not all in one sentence of it."""
    wanted = _content(text)
    by_sentence = [_content(sentence) & wanted for sentence in sentences]
    counts = Counter(word for each in by_sentence for word in each)
    most = max(by_sentence, key=len, default=set())
    elsewhere = sum(counts[word] > (word in most) for word in wanted)
    return len(counts) >= SHARE * len(wanted) and elsewhere >= REST * len(wanted)


def _content(text: str) -> set[str]:
    """The beginnings of its longer words; of unspaced scripts, its pairs of characters."""
    return {
        term[:STEM]
        for term in terms(text)
        if (len(term) >= SHORTEST or term.lower() == term.upper())
        and not term[0].isdecimal()
        and term not in NO_CONTENT
    }
