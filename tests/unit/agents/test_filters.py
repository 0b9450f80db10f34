"""The filter of a sink: which articles pass, compared with a naive reading of its settings."""

import re
import time
import unicodedata
from collections.abc import Callable
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.filters import EntityName, FilterSettings, faults, normal, open_filter
from tests.unit.agents.finished import finished, value

WORDS = ("ferry", "Harbour", "sea", "wall", "Straße", "Ärger", "o2")
SEPARATORS = st.sampled_from([" ", "\n\n", ", ", "-", "’", " — ", "…"])
NAMES = ("Marta Lindqvist", "Lindqvist", "Gosport", "Harbour Board")
TYPES = ("person", "place", "organisation")
LANGUAGES, FEEDS = ("en", "de", "fr"), ("wire", "Local Desk")
PUBLISHERS = (("harbour-courier.example", "Harbour Courier"), ("nordwind.example", None))


def texts() -> st.SearchStrategy[str]:
    """Words with different separators between them."""
    pairs = st.lists(st.tuples(st.sampled_from(WORDS), SEPARATORS), max_size=8)
    return pairs.map(lambda drawn: "".join(word + separator for word, separator in drawn))


ENTITIES = st.fixed_dictionaries(
    {
        "type": st.sampled_from(TYPES),
        "name": st.sampled_from(NAMES),
        "mentions": st.lists(st.fixed_dictionaries({"text": st.sampled_from(NAMES)}), max_size=2),
    }
)
ARTICLES = st.fixed_dictionaries(
    {
        "language": st.fixed_dictionaries({"code": st.sampled_from([*LANGUAGES, None])}),
        "source": st.sampled_from([{"domain": domain, "name": name} for domain, name in PUBLISHERS]),
        "feed": st.sampled_from([*FEEDS, None]),
        "title": st.none() | texts(),
        "text": texts(),
        "entities": st.lists(ENTITIES, max_size=3),
    }
)


def one_or_several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values | st.lists(values, max_size=3)


def in_any_case(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.builds(lambda text, change: change(text), st.sampled_from(values), st.sampled_from(CASES))


CASES: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title]
PHRASES = (*WORDS, "sea wall", "Harbour ferry", "o2-sea")
SETTINGS = st.builds(
    FilterSettings,
    language=one_or_several(in_any_case(LANGUAGES)),
    source=one_or_several(in_any_case(("harbour-courier.example", "Harbour Courier", "nordwind.example"))),
    feed=one_or_several(in_any_case(FEEDS)),
    entity=one_or_several(
        in_any_case(NAMES)
        | st.builds(EntityName, name=in_any_case(NAMES), type=st.none() | st.sampled_from(TYPES))
    ),
    words=one_or_several(in_any_case(PHRASES)),
)


def listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def same(left: str | None, right: str) -> bool:
    return left is not None and left.casefold() == right.casefold()


def is_in(phrase: str, text: str | None) -> bool:
    """Whether the words of a phrase are in a text, in succession."""
    wanted, words = (re.findall(r"\w+", part.casefold()) for part in (phrase, text or ""))
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def is_entity(wanted: str | EntityName, entity: dict[str, Any]) -> bool:
    name, kind = (wanted, None) if isinstance(wanted, str) else (wanted.name, wanted.type)
    names = [entity["name"], *(mention["text"] for mention in entity["mentions"])]
    return kind in (None, entity["type"]) and any(same(each, name) for each in names)


def naive(settings: FilterSettings, article: dict[str, Any]) -> bool:
    """What the document says, word for word."""
    source, entities = article["source"], article["entities"]
    conditions = {
        "language": lambda code: same(article["language"]["code"], code),
        "source": lambda name: same(source["domain"], name) or same(source["name"], name),
        "feed": lambda name: same(article["feed"], name),
        "entity": lambda wanted: any(is_entity(wanted, entity) for entity in entities),
        "words": lambda phrase: is_in(phrase, article["title"]) or is_in(phrase, article["text"]),
    }
    values = {key: getattr(settings, key) for key in conditions}
    return all(
        values[key] is None or any(map(holds, listed(values[key]))) for key, holds in conditions.items()
    )


@given(settings=SETTINGS, article=ARTICLES)
def test_an_article_passes_exactly_if_for_each_condition_one_of_its_values_holds(
    settings: FilterSettings, article: dict[str, Any]
) -> None:
    assert open_filter(settings)(orjson.dumps(article)) == naive(settings, article)


@pytest.mark.parametrize(
    ("words", "text", "passes"),
    [
        ("art", "Modern ART today", True),
        ("art", "the start of a party", False),
        ("sea wall", "a sea-wall, new", True),
        ("sea wall", "sea. Wall", True),
        ("sea wall", "wall sea", False),
        ("eau", "L'eau monte", True),
        ("don't", "they don’t know", True),
        ("STRASSE", "die Straße", True),
        ("İstanbul", "İSTANBUL", True),
        ("malmo", "Malmö", False),
        ("café", "the cafe\u0301 is shut", True),
        ("cafe\u0301", "the café is shut", True),
        ("ﬁsh", "a fish", True),
        ("東京", "在東京舉行", True),
        ("京東", "在東京舉行", False),
        ("का", "घर का काम", True),
        ("क", "घर का काम", False),
        ("ガ", "ｶﾞラス", True),
        ("ガ", "カラス", False),
        (".*", "anything", False),
        ("a+", "aaaa", False),
        ("a+", "an a here", True),
    ],
)
def test_words_are_whole_words_in_any_case_and_no_patterns(words: str, text: str, passes: bool) -> None:
    assert open_filter(FilterSettings(words=words))(orjson.dumps({"text": text})) is passes


def test_a_word_may_be_in_the_title_alone_and_a_phrase_does_not_span_title_and_text() -> None:
    article = orjson.dumps({"title": "The new sea", "text": "Wall Street opens"})
    passing = [open_filter(FilterSettings(words=words))(article) for words in ("new", "street", "sea wall")]
    assert passing == [True, True, False]


def test_a_domain_with_other_letters_is_found_in_its_ascii_form() -> None:
    article = orjson.dumps({"source": {"domain": "xn--mnchner-bote-dlb.example", "name": None}})
    assert open_filter(FilterSettings(source="Münchner-Bote.example"))(article)


def test_a_value_is_equal_only_as_a_whole() -> None:
    passes = open_filter(FilterSettings(feed="wire"))
    feeds = ["wire", " WIRE ", f"wire{' ' * 300}x", "wires", "the wire"]
    assert [passes(orjson.dumps({"feed": feed})) for feed in feeds] == [True, True, False, False, False]


@given(n=st.integers(0, 50))
def test_a_finished_article_passes_a_filter_made_of_itself(n: int) -> None:
    article = finished(n)
    entities = [EntityName(name=entity.name, type=entity.type) for entity in article.entities]
    settings = FilterSettings(
        language=article.language.code or "",
        source=[article.source.domain, "elsewhere.example"],
        feed=article.feed,
        entity=list(entities),
        words=["nowhere", article.title or ""],
    )
    assert open_filter(settings)(value(article))
    assert list(faults(settings)) == []


@given(record=st.binary(max_size=60) | st.recursive(st.none(), st.lists).map(orjson.dumps))
def test_a_value_that_is_no_article_does_not_pass_and_raises_nothing(record: bytes) -> None:
    assert not open_filter(FilterSettings(words="ferry"))(record)


def test_a_value_nested_deeply_does_not_pass_and_raises_nothing() -> None:
    nested = b'{"text": "ferry", "meta": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert not open_filter(FilterSettings(words="ferry"))(nested)


HOSTILE = {
    "marks": "a" + "\u0301\u0323" * 20,
    "one word": "a",
    "nearly the word": "aaaaaaaaab",
    "nearly the phrase": "sea wal sea ",
    "ligatures": "\ufdfa",
    "letters of all kinds": "".join(map(chr, range(0xA0, 0x3000, 7))),
    "spaces": " ",
    "Han": "東",
}


def seconds(passes: Callable[[bytes], bool], text: str) -> float:
    """The least processor time of three."""
    record, times = orjson.dumps({"text": text}), []
    for _ in range(3):
        began = time.thread_time()
        assert not passes(record)
        times.append(time.thread_time() - began)
    return min(times)


@pytest.mark.parametrize("pump", HOSTILE.values(), ids=HOSTILE)
def test_the_time_grows_with_the_length_of_a_hostile_text_and_no_faster(pump: str) -> None:
    passes = open_filter(FilterSettings(words=["sea wall", "aaaaaaaaaaaaaaaaaaac", "x" * 200]))
    short = pump * (50_000 // len(pump))
    assert seconds(passes, short * 8) < 24 * seconds(passes, short) + 0.05


def test_the_table_of_characters_does_not_grow_with_hostile_texts() -> None:
    from agents.filters import _SEPARATING

    normal("".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000))
    assert len(_SEPARATING) <= _SEPARATING.MOST


@given(st.text())
def test_the_normal_form_has_single_spaces_around_words_and_is_the_same_for_the_composed_form(
    text: str,
) -> None:
    form = normal(text)
    assert form == "" or form == f" {' '.join(form.split())} "
    assert all(unicodedata.category(character)[0] in "LMN" for character in form.replace(" ", ""))


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({}, ("", "it has no condition; there are: language, source, feed, entity, words")),
        ({"words": []}, ("words", "has no value, so no article would pass")),
        ({"words": "…"}, ("words", "has a value without a letter or digit, which no article has")),
        ({"feed": ["x", " "]}, ("feed", "has a value without a letter or digit, which no article has")),
        ({"words": "x" * 201}, ("words", "has a value of more than 200 characters")),
        ({"words": ["x"] * 1001}, ("words", "has 1001 values, and 1000 are allowed")),
        ({"language": "English"}, ("language", "has a value that is no code of ISO 639, such as en")),
        (
            {"source": "https://a.example/"},
            ("source", "has a URL or www.: give the registered domain, such as harbour-courier.example"),
        ),
        (
            {"entity": {"name": "x", "type": "town"}},
            (
                "entity",
                "has a type that there is not; there are:"
                " person, organisation, place, group, event, work, product, law",
            ),
        ),
    ],
)
def test_a_condition_that_no_article_can_meet_is_a_fault(
    settings: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert list(faults(msgspec.convert(settings, FilterSettings))) == [fault]
