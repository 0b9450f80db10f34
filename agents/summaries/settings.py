"""How a summary is chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesSettings:
    sentences: int = 3
    """Sentences in a summary."""
    position_weight: float = 2.0
    """How much an early position counts: a score is multiplied by 1 + weight / the sentence's place (from 1).

    On 1,000 CNN/DM articles, ROUGE-1/2: 0: 23.3/7.9 (400 articles), 1: 27.3/10.8, 2: 28.1/11.2, 4: 28.2/11.1.
    """
    shortest: int = 4
    """A sentence of fewer words is chosen only where there are no others."""
    longest: int = 80
    """A sentence of more words is chosen only where there are no others."""
    alike: float = 0.6
    """A sentence with this cosine, or more, to a chosen sentence repeats it and is not chosen; 0 to 1."""
    most_sentences: int = 400
    """Sentences of an article that are read, from its beginning."""
    most_characters: int = 100_000
    """Characters of an article that are read, from its beginning.

    The time to split grows with the square of unclosed quotation marks: 400,000 characters of them take 3.6
    s.
    """
