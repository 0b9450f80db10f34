"""How a summary is chosen."""

from dataclasses import dataclass, field
from typing import Literal

from agents.summaries.llm_settings import LlmSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class SummariesSettings:
    method: Literal["extract", "llm"] = field(default="extract", repr=False)
    """`extract`: the article's own sentences. `llm`: a language model behind the endpoint of the table `llm`;
    an article that it does not summarise well is summarised as by `extract`."""
    words: int = 50
    """About how many words a summary has. A sentence is never cut, so it may be a fifth more.

    On 500 CNN/DM articles that the weights were not trained on, ROUGE-1 is 2.8 points over the first three
    sentences, which have 74 words on average, and 1.2 over as many first words as the summary has.
    """
    shortest: int = 4
    """A sentence of fewer words is chosen only where there are no others."""
    longest: int = 80
    """A sentence of more words is chosen only where there are no others."""
    alike: float = 0.6
    """A sentence with this cosine, or more, to a chosen sentence repeats it and is not chosen; 0 to 1."""
    phrases: int = 5
    """Key phrases beside the summary, at most."""
    most_sentences: int = 400
    """Sentences of an article that are read, from its beginning."""
    most_characters: int = 100_000
    """Characters of an article that are read, from its beginning.

    The time to split grows with the square of unclosed quotation marks: 400,000 characters of them take 3.6
    s.
    """
    llm: LlmSettings = field(default_factory=LlmSettings, repr=False)
    """The endpoint of `method = "llm"`, its limits and prices."""
