"""Weights of words that make the chosen summaries good, and not only the probabilities right.

What is minimised: the log loss of the words of the editors' summaries, less the F1 that is expected where
each set of sentences is chosen with a probability that grows with its worth (minimum risk training: Och 2003,
Smith and Eisner 2006).
"""

import calendar
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.progress import track
from scipy import sparse
from scipy.optimize import minimize
from sklearn.feature_extraction import DictVectorizer

from agents.summaries.choice import EDITOR, Choice, Chooser
from agents.summaries.features import MOST_OCCURRENCES, of_word, terms_with_capitals
from agents.summaries.settings import SummariesSettings
from agents.summaries.terms import terms, words
from agents.summaries.weights import Weights

SETTINGS = SummariesSettings()
CHOICE = Choice(SETTINGS.words, SETTINGS.alike)
#: Words of fewer articles have no weight of their own.
ARTICLES = 10
#: What F1 counts beside the log loss, how sharply the better set is preferred, and the prior of the weights.
OF_CHOICE, SHARPNESS, PRIOR = 1000.0, 0.015, 0.1
STEPS = 150
#: What the F1 of a sentence by itself counts beside the words in it, in the weights for any language.
OF_SENTENCE = 0.05
#: Smaller weights of a word are left out.
LEAST, DECIMALS = 0.02, 4
BASE = "base"
CALENDAR = {name.lower() for name in (*calendar.day_name, *calendar.month_name)}


@dataclass(frozen=True, slots=True)
class Problem:
    """`has[set, word]`: whether the set of sentences has the word so often; `article` is that of a set."""

    features: sparse.csr_matrix
    wanted: np.ndarray
    has: sparse.csr_matrix
    lengths: np.ndarray
    own: np.ndarray
    article: np.ndarray
    f1: np.ndarray


def train(articles: Sequence[tuple[list[str], str]], general: Weights) -> dict[str, Any]:
    """The weights for the language of the articles, given as sentences and summary."""
    known = _known_words([sentences for sentences, _ in articles])
    vectorizer = DictVectorizer()
    problem = _problem(articles, general, known, vectorizer)
    words, share = _solved(problem)
    sentences = share / OF_SENTENCE * np.array(general.sentences)
    return _stored(dict(zip(vectorizer.get_feature_names_out(), words, strict=True)), sentences)


def _known_words(articles: Sequence[list[str]]) -> set[str]:
    """The words of enough articles. Of names only those of days and months: no summary is to depend on who is
    in the news in these years."""
    frequency, capitals = Counter[str](), Counter[str]()
    for sentences in articles:
        frequency.update({word for each in sentences for word in terms(each)})
        capitals.update({word for each in sentences for word in terms_with_capitals(each.partition(" ")[2])})
    return {
        word
        for word, count in frequency.items()
        if count >= ARTICLES and word.isalpha() and (capitals[word] < count / 2 or word in CALENDAR)
    }


def _problem(
    articles: Sequence[tuple[list[str], str]], general: Weights, known: set[str], vectorizer: DictVectorizer
) -> Problem:
    rows: list[dict[str, int]] = []
    of_sentences = np.array(general.sentences) / OF_SENTENCE
    wanted, has, sets = [], [], []
    for number, (sentences, reference) in enumerate(track(articles, description="sets")):
        chooser = Chooser(sentences, "en", general)
        summary = Counter(terms(reference))
        words_ = chooser.words.count
        worthy = [SETTINGS.shortest <= words(each) <= SETTINGS.longest for each in sentences]
        places = list(chooser.sets(CHOICE, worthy))
        pairs = [(i, word, k) for i, (word, n) in enumerate(words_.items()) for k in _occurrences(n)]
        rows += [_row(chooser, word, k, known) for _, word, k in pairs]
        wanted += [summary[word] >= k for _, word, k in pairs]
        counts = chooser.occurrences(places) if places else np.zeros((0, len(words_)), dtype=np.intp)
        has.append(counts[:, [i for i, _, _ in pairs]] >= np.array([k for _, _, k in pairs]))
        sets += [(number, *_measured(chooser, each, summary, of_sentences)) for each in places]
    article, lengths, own, f1 = (np.array(each) for each in zip(*sets, strict=True))
    incidence = sparse.block_diag([sparse.csr_matrix(each.astype(float)) for each in has], format="csr")
    features = vectorizer.fit_transform(rows).tocsr()
    return Problem(features, np.array(wanted, dtype=float), incidence, lengths, own, article, f1)


def _occurrences(count: int) -> range:
    return range(1, min(count, MOST_OCCURRENCES) + 1)


def _row(chooser: Chooser, word: str, occurrence: int, known: set[str]) -> dict[str, int]:
    """The features, with those of the word itself after a mark that no other feature has."""
    own = [f"={word}", f"={word} {occurrence}"] if word in known else ["="]
    return dict.fromkeys([*of_word(chooser.words.kind(word), occurrence), *own, BASE], 1)


def _measured(
    chooser: Chooser, places: Sequence[int], summary: Counter[str], of_sentences: np.ndarray
) -> tuple[float, float, float]:
    """The length of a set as the chooser sees it, the mean score of its sentences, and its F1."""
    own = sum((chooser.words.by_sentence[place] for place in places), Counter[str]())
    f1 = 2 * (own & summary).total() / (own.total() + summary.total())
    return (
        own.total() + EDITOR * CHOICE.words,
        float((chooser.features[list(places)] @ of_sentences).mean()),
        f1,
    )


def _solved(problem: Problem) -> tuple[np.ndarray, float]:
    """The weights of the features of words, and what the score of a sentence counts beside them."""
    began = np.append(np.zeros(problem.features.shape[1]), OF_SENTENCE)
    options = {"maxiter": STEPS}
    solved = minimize(_loss, began, (problem,), jac=True, method="L-BFGS-B", options=options).x
    return solved[:-1], float(solved[-1])


def _loss(given: np.ndarray, problem: Problem) -> tuple[float, np.ndarray]:
    """The loss and its gradient."""
    of_words, share = given[:-1], given[-1]
    odds = problem.features @ of_words
    probable = 1 / (1 + np.exp(-odds))
    worth = 2 * (problem.has @ probable) / problem.lengths + share * problem.own
    chance = _chances(worth / SHARPNESS, problem.article)
    expected = np.bincount(problem.article, chance * problem.f1)
    by_worth = OF_CHOICE * chance * (problem.f1 - expected[problem.article]) / SHARPNESS
    by_probable = problem.has.T @ (by_worth * 2 / problem.lengths)
    by_odds = probable - problem.wanted - by_probable * probable * (1 - probable)
    loss = np.sum(np.logaddexp(0, odds) - problem.wanted * odds) - OF_CHOICE * expected.sum()
    gradient = np.append(problem.features.T @ by_odds + of_words / PRIOR, -(problem.own @ by_worth))
    return loss + of_words @ of_words / (2 * PRIOR), gradient


def _chances(logs: np.ndarray, article: np.ndarray) -> np.ndarray:
    """The softmax over the sets of each article."""
    most = np.full(article.max() + 1, -np.inf)
    np.maximum.at(most, article, logs)
    powers = np.exp(logs - most[article])
    return powers / np.bincount(article, powers)[article]


def _stored(words: dict[str, float], sentences: np.ndarray) -> dict[str, Any]:
    rounded = {name: round(float(weight), DECIMALS) for name, weight in words.items()}
    return {
        "base": rounded.pop(BASE),
        "rare": rounded.pop("="),
        "known": dict(_known(rounded)),
        "words": {name: weight for name, weight in rounded.items() if not name.startswith("=")},
        "sentences": [round(float(weight), DECIMALS) for weight in sentences],
    }


def _known(weights: dict[str, float]) -> Iterator[tuple[str, float]]:
    for name, weight in weights.items():
        if name.startswith("=") and (" " not in name or abs(weight) >= LEAST):
            yield name[1:], weight
