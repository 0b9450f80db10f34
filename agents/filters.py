"""Which articles pass a filter: of a sink, and of whatever else looks for articles.

All conditions that are given must hold; of several values of a condition, one is enough. Case never counts.
Values are no patterns, and a filter takes time in proportion to the article, whatever is in it.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

ENTITY_TYPES = ("person", "organisation", "place", "group", "event", "work", "product", "law")
#: The most values of a condition, and characters of a value.
MOST_VALUES, MOST_CHARACTERS = 1000, 200
#: Unicode normalises a run of marks with the square of its length. No word is longer than this.
LONGEST_WORD = 100
#: The classes of characters: letters, digits, and the marks on them. All others separate words.
OF_WORDS = "LMN"
#: Scripts without spaces between words, as first and last character: Thai, Lao, Burmese, Khmer, kana, Han.
UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3041, 0x30FF)),
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFD)),
)


class EntityName(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An entity: a name of it in the article, and its type, if that counts."""

    name: str
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterSettings:
    """`[sinks.NAME.filter]`. Each condition is a value, or a list of values of which one is enough."""

    language: str | list[str] | None = None
    """The language of the text, as a code of ISO 639: `en`."""
    source: str | list[str] | None = None
    """The publisher: its registered domain in ASCII (`harbour-courier.example`), or its name."""
    feed: str | list[str] | None = None
    """The scraper's name for where it came from."""
    entity: str | EntityName | list[str | EntityName] | None = None
    """Who or what is mentioned: a name as it is in the article, in full or as one mention has it."""
    words: str | list[str] | None = None
    """Whole words, or several in succession, in the title or the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    type: str = ""
    name: str = ""
    mentions: list[Mention] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    domain: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredArticle:
    """What a filter looks at. A record of another topic may not have all of it."""

    language: Spoken | None = None
    source: Publisher | None = None
    feed: str | None = None
    title: str | None = None
    text: str | None = None
    entities: list[Named] = field(default_factory=list)


Condition = Callable[[FilteredArticle], bool]
_decoder = msgspec.json.Decoder(FilteredArticle)


def open_filter(settings: FilterSettings) -> Callable[[bytes], bool]:
    """Whether the value of a record passes. A value that is no article does not."""
    condition = matching(settings)

    def passes(value: bytes) -> bool:
        try:
            article = _decoder.decode(value)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return False
        return condition(article)

    return passes


def matching(settings: FilterSettings) -> Condition:
    """Whether an article meets all conditions."""
    conditions = list(_conditions(settings))
    return lambda article: all(condition(article) for condition in conditions)


def faults(settings: FilterSettings) -> Iterator[tuple[str, str]]:
    """What is wrong with the values of settings."""
    if settings == FilterSettings():
        yield "", "it has no condition; there are: language, source, feed, entity, words"
    for key in ("language", "source", "feed", "entity", "words"):
        values = _listed(getattr(settings, key))
        names = [value.name if isinstance(value, EntityName) else value for value in values]
        if getattr(settings, key) == []:
            yield key, "has no value, so no article would pass"
        if len(values) > MOST_VALUES:
            yield key, f"has {len(values)} values, and {MOST_VALUES} are allowed"
        if any(len(name) > MOST_CHARACTERS for name in names):
            yield key, f"has a value of more than {MOST_CHARACTERS} characters"
        elif not all(map(normal if key in {"words", "entity"} else folded, names)):
            yield key, "has a value without a letter or digit, which no article has"
    if not all(map(_is_language, _listed(settings.language))):
        yield "language", "has a value that is no code of ISO 639, such as en"
    if any("://" in name or name.lower().startswith("www.") for name in _listed(settings.source)):
        yield "source", "has a URL or www.: give the registered domain, such as harbour-courier.example"
    types = [value.type for value in _listed(settings.entity) if isinstance(value, EntityName)]
    if any(kind is not None and kind not in ENTITY_TYPES for kind in types):
        yield "entity", f"has a type that there is not; there are: {', '.join(ENTITY_TYPES)}"


def normal(text: str | None) -> str:
    """The words of a text, in a form that can be compared, each between two spaces.

    A character of a script without spaces is a word of its own. So `" sea wall "` is in the normal form of a
    text exactly if the two words are in the text, in succession.
    """
    if not text:
        return ""
    joined = " ".join(filter(None, map(_normal_word, _separated_words(text))))
    return f" {joined} " if joined else ""


def folded(text: str | None) -> str:
    """A short text in a form that can be compared."""
    return " ".join((text or "").casefold().split())


def _conditions(settings: FilterSettings) -> Iterator[Condition]:
    if settings.language is not None:
        languages = frozenset(map(folded, _listed(settings.language)))
        yield lambda article: article.language is not None and folded(article.language.code) in languages
    if settings.source is not None:
        sources = frozenset(form for name in _listed(settings.source) for form in _forms(name))
        yield lambda article: bool(sources & _names_of(article.source))
    if settings.feed is not None:
        feeds = frozenset(map(folded, _listed(settings.feed)))
        yield lambda article: folded(article.feed) in feeds - {""}
    if settings.entity is not None:
        entities = _entities(_listed(settings.entity))
        yield lambda article: any(_is_one_of(entity, entities) for entity in article.entities)
    if settings.words is not None:
        words = frozenset(map(_normal_value, _listed(settings.words)))
        yield lambda article: any(_has_one_of(text, words) for text in (article.title, article.text))


def _is_language(code: str) -> bool:
    language, *rest = code.split("-")
    return len(language) in (2, 3) and code.isascii() and all(part.isalnum() for part in (language, *rest))


def _forms(name: str) -> Iterator[str]:
    """A publisher's name or domain; of a domain with other letters also the form in ASCII."""
    yield folded(name)
    try:
        yield folded(name).encode("idna").decode()
    except UnicodeError:
        return


def _normal_value(value: str) -> str:
    """The normal form of a value, which is short and may be written with decomposed characters."""
    return normal(unicodedata.normalize("NFC", value))


def _names_of(source: Publisher | None) -> frozenset[str]:
    return frozenset() if source is None else frozenset({folded(source.domain), folded(source.name)}) - {""}


def _entities(values: Iterable[str | EntityName]) -> frozenset[tuple[str, str | None]]:
    """Normal name and type of each; without a type any counts."""
    pairs = ((value.name, value.type) if isinstance(value, EntityName) else (value, None) for value in values)
    return frozenset((_normal_value(name), kind) for name, kind in pairs)


def _is_one_of(entity: Named, wanted: frozenset[tuple[str, str | None]]) -> bool:
    names = {normal(name) for name in {entity.name, *(mention.text for mention in entity.mentions)}}
    return any((name, kind) in wanted for name in names for kind in (entity.type, None))


def _has_one_of(text: str | None, words: frozenset[str]) -> bool:
    searched = normal(text)
    return any(word in searched for word in words if word)


def _listed(values: Any) -> list[Any]:
    if values is None:
        return []
    return values if isinstance(values, list) else [values]


def _normal_word(word: str) -> str:
    """A word in Unicode's form for comparison, without case."""
    if word.isascii():
        return word.lower()
    form = unicodedata.normalize("NFKC", word[:LONGEST_WORD]).casefold()
    form = unicodedata.normalize("NFKC", form[: 4 * LONGEST_WORD]) + word[LONGEST_WORD:]
    # Of some characters the form has spaces or other separators in it.
    return " ".join(_separated_words(form))


def _separated_words(text: str) -> list[str]:
    return text.translate(_SEPARATING).split()


class _Separating(dict[int, str]):
    """Each character as it is in a text of words with spaces between them. Those that were met are kept."""

    MOST = 20_000

    def __missing__(self, code: int) -> str:
        character = _separated(code)
        if len(self) < self.MOST:
            self[code] = character
        return character


def _separated(code: int) -> str:
    character = chr(code)
    if unicodedata.category(character)[0] not in OF_WORDS:
        return " "
    return f" {character} " if any(first <= code <= last for first, last in UNSPACED) else character


_SEPARATING = _Separating()
