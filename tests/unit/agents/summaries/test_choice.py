from hypothesis import given
from hypothesis import strategies as st

from agents.summaries.choice import ENOUGH, LIMIT, Choice, Chooser
from agents.summaries.terms import terms, words
from agents.summaries.weights import Weights

FERRY = "The harbour board has put off its plan for a new ferry terminal in the old docks of Halden."
COST = "The plan for the ferry terminal would cost the harbour board three times what was first thought."
LEANING = "They said the ferry terminal was dear."
WEATHER = "It rained all afternoon."
PLAIN = "Gulls sat on the roof of the fish market."
SENTENCES = st.lists(
    st.sampled_from([FERRY, COST, LEANING, WEATHER, PLAIN, "Yes.", "港口今天开放。", "But no."]),
    max_size=12,
    unique=True,
)


def chosen(*sentences: str, length: int = 40, alike: float = 0.6) -> list[int]:
    return chooser_of(*sentences).choose(Choice(length, alike), [True] * len(sentences))


def chooser_of(*sentences: str) -> Chooser:
    return Chooser(list(sentences), "en", Weights.load("en"))


def test_a_text_that_is_short_enough_is_its_own_summary() -> None:
    assert chosen(PLAIN, WEATHER) == [0, 1]


def test_no_sentence_repeats_a_chosen_one() -> None:
    assert not {0, 1} <= set(chosen(FERRY, FERRY.replace("Halden", "Oslo"), COST, PLAIN, WEATHER))


def test_the_sentences_with_the_words_of_the_whole_article_come_first() -> None:
    assert chosen(FERRY, WEATHER, PLAIN, COST, length=18) == [0]


@given(SENTENCES)
def test_no_sentence_leans_on_one_that_was_left_out_and_the_length_is_kept(sentences: list[str]) -> None:
    places = chosen(*sentences, length=12)

    total = sum(words(sentences[place]) for place in places)
    assert places == sorted(set(places))
    assert bool(places) is bool(sentences)
    assert len(places) < 2 or total <= LIMIT * 12
    if sum(map(words, sentences)) > 12 and len(places) > 1:
        leaning = [place for place in places if sentences[place] in (LEANING, WEATHER, "But no.")]
        assert all(place - 1 in places for place in leaning)


@given(SENTENCES)
def test_no_set_that_was_tried_and_is_long_enough_is_worth_more(sentences: list[str]) -> None:
    choice, worthy = Choice(12, 0.6), [True] * len(sentences)
    chooser = chooser_of(*sentences)

    sets = chooser.sets(choice, worthy)
    places = tuple(chooser.choose(choice, worthy))
    if places in sets and sum(map(words, sentences)) > 12:
        lengths = {each: sum(len(terms(sentences[place])) for place in each) for each in sets}
        enough = min(ENOUGH * 12, max(lengths.values()))
        assert sets[places] == max(worth for each, worth in sets.items() if lengths[each] >= enough)


def test_a_good_pair_is_chosen_though_neither_of_it_is_the_best_sentence() -> None:
    sets = chooser_of(FERRY, COST, WEATHER, PLAIN).sets(Choice(40, 0.6), [True] * 4)

    assert {(0, 1), (1, 3), (0, 1, 3)} <= set(sets)


def test_a_language_without_weights_of_its_own_has_those_of_any() -> None:
    assert Weights.load("xx") is Weights.load(None) is not Weights.load("en")


def test_no_name_and_no_number_has_a_weight_of_its_own() -> None:
    known = {name.partition(" ")[0] for name in Weights.load("en").known}

    assert {"police", "monday", "the"} <= known
    assert not {"obama", "cnn", "clinton", "london", "china", "isis"} & known
    assert all(word.isalpha() or "'" in word for word in known)


CHARGED = (
    "The treasurer of the harbour board is charged with taking 40,000 pounds from the ferry terminal's fund."
)
DENIED = "Orla Quist denied both charges."


def test_an_accusation_stands_with_its_denial() -> None:
    sentences = [CHARGED, WEATHER, PLAIN, FERRY, DENIED, COST]

    places = chosen(*sentences, length=30)

    assert {0, 4} <= set(places) or not {0, 4} & set(places)
    assert 0 in chosen(*[each for each in sentences if each != DENIED], length=30)
