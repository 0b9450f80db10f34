"""How a summary is chosen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesSettings:
    sentences: int = 3
    """Sentences in a summary."""
    position_weight: float = 2.0
    """How much the opening counts: a sentence's score is multiplied by 1 + weight / its place from 1.

    On 1,000 CNN/DM articles, ROUGE-1/2: 0: 23.3/7.9 (400 articles), 1: 27.3/10.8, 2: 28.1/11.2, 4: 28.2/11.1.
    """
    shortest: int = 4
    """A sentence of fewer words is chosen only where there are no others."""
    longest: int = 80
    """A sentence of more words is chosen only where there are no others."""
    alike: float = 0.6
    """Cosine with a chosen sentence from which another says the same again and is passed over, 0 to 1."""
    most_sentences: int = 400
    """Sentences of an article that are looked at, from its beginning."""
    most_characters: int = 100_000
    """Characters of an article that are looked at, from its beginning.

    Splitting takes time with the square of unclosed quotation marks: 3.6 s for 400,000 characters of them.
    """
