"""Train the weights of summaries, on the even half of 1,000 articles of CNN/DM in ../shared/data.

    python -m models.summaries.train

Two regressions: for each word of an article, whether the editor's summary has it; for each sentence, how many
of its words and pairs of words the summary has. For English, the weights of words are then trained for what
is chosen by them. Two minutes; the same bytes on every run.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from agents.summaries import weights
from agents.summaries.features import MOST_OCCURRENCES, Words, of_sentence, of_word
from agents.summaries.leaning import leans
from agents.summaries.ranking import Vectors
from agents.summaries.sentences import split
from agents.summaries.terms import terms
from agents.summaries.weights import ANY, Weights
from models.summaries import direct

ARTICLES = Path(__file__).parents[3] / "shared/data/summaries/cnndm-val1000.jsonl.gz"
OUT = Path(weights.__file__).parent / "weights.json"
REGULARISATION, RIDGE = 0.3, 50.0
DECIMALS = 4


def main() -> None:
    with gzip.open(ARTICLES, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][0::2]
    articles = [
        ([each.text for each in split(row["article"], "en", most=400, characters=100_000)], row)
        for row in rows
    ]
    data = [
        (sentences, Counter(terms(row["reference"])), _pairs(row["reference"])) for sentences, row in articles
    ]
    words, base = of_words([(sentences, wanted) for sentences, wanted, _ in data])
    general = {"base": base, "words": words, "sentences": of_sentences(data), "known": {}, "rare": 0.0}
    english = direct.train([(each, row["reference"]) for each, row in articles], Weights.of(general))
    stored = {ANY: general, "en": english}
    OUT.write_text(json.dumps(stored, indent=0, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {len(words)} weights of words, {len(english['known'])} known")


def of_words(data: Sequence[tuple[list[str], Counter[str]]]) -> tuple[dict[str, float], float]:
    """The weights of the features of words, and the base."""
    rows: list[dict[str, int]] = []
    wanted: list[bool] = []
    for sentences, summary in track(data, description="words"):
        article = Words(sentences)
        for word, count in article.count.items():
            for occurrence in range(1, min(count, MOST_OCCURRENCES) + 1):
                rows.append(dict.fromkeys(of_word(article.kind(word), occurrence), 1))
                wanted.append(summary[word] >= occurrence)
    vectorizer = DictVectorizer()
    fitted = LogisticRegression(C=REGULARISATION, max_iter=1000).fit(vectorizer.fit_transform(rows), wanted)
    names = vectorizer.get_feature_names_out()
    return {str(n): round(float(w), DECIMALS) for n, w in zip(names, fitted.coef_[0], strict=True)}, round(
        float(fitted.intercept_[0]), DECIMALS
    )


def of_sentences(
    data: Sequence[tuple[list[str], Counter[str], Counter[tuple[str, str]]]],
) -> list[float]:
    """The weights of the features of sentences, by ridge regression on the F1 of words and of pairs."""
    features, target = [], []
    for article, words, pairs in track(data, description="sentences"):
        features += list(_features(article))
        target += [_f1(Counter(terms(each)), words) + _f1(_pairs(each), pairs) for each in article]
    matrix, wanted = np.array(features), np.array(target)
    spread = matrix.std(axis=0) + 1e-9
    scaled = (matrix - matrix.mean(axis=0)) / spread
    solved = np.linalg.solve(
        scaled.T @ scaled + RIDGE * np.eye(len(spread)), scaled.T @ (wanted - wanted.mean())
    )
    return [round(float(weight), DECIMALS) for weight in direct.OF_SENTENCE * solved / spread]


def _features(sentences: Sequence[str]) -> Iterator[list[float]]:
    vectors = Vectors([terms(each) for each in sentences])
    central = vectors.to_centroid()
    leading = np.mean([vectors.to(place) for place in range(min(3, len(sentences)))], axis=0)
    for place, sentence in enumerate(sentences):
        yield of_sentence(
            sentence, place, central[place], leading[place], len(sentences), leans=leans(sentence, "en")
        )


def _pairs(text: str) -> Counter[tuple[str, str]]:
    words = terms(text)
    return Counter(pairwise(words))


def _f1(one: Counter, other: Counter) -> float:  # type: ignore[type-arg]  # of words or of pairs
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


if __name__ == "__main__":
    main()
