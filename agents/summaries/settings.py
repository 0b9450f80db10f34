"""How a summary is chosen."""

from dataclasses import dataclass, field
from typing import Literal

from agents.summaries.llm_settings import LlmSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesSettings:
    method: Literal["extract", "llm"] = field(default="extract", repr=False)
    """`extract`: the article's own sentences. `llm`: written by a language model, at the endpoint in the
    table `llm`; if there is no answer, or it fails the checks, the summary is as by `extract`."""
    words: int = 50
    """About how many words a summary has. Sentences are never cut, so it may have up to a fifth more.

    On 500 CNN/DM articles that the weights were not trained on, ROUGE-1 is 2.8 points above the first three
    sentences, which have 74 words on average, and 1.2 above the opening cut to as many words as the summary.
    """
    shortest: int = 4
    """A sentence of fewer words is chosen only where there are no others."""
    longest: int = 80
    """A sentence of more words is chosen only where there are no others."""
    alike: float = 0.6
    """A sentence with this cosine, or more, to a chosen sentence repeats it and is not chosen; 0 to 1."""
    phrases: int = 5
    """The most key phrases that a summary has."""
    most_sentences: int = 400
    """How many sentences of an article are read, from its beginning."""
    most_characters: int = 100_000
    """How many characters of an article are read, from its beginning.

    The time to split it into sentences grows with the square of the number of unclosed quotation marks:
    400,000 characters of them take 3.6 s.
    """
    llm: LlmSettings = field(default_factory=LlmSettings, repr=False)
    """The endpoint of `method = "llm"`, its limits and prices."""
