"""What the stock model knows and the corpus does not mark: dates, money, numbers. It is to be kept."""

from collections.abc import Iterator
from typing import Any

from models.names.corpus import LABELS, Snippet, text_and_spans

#: Labels that the corpus does not mark at all, and nationalities, which not every hand marked everywhere.
REHEARSED = frozenset(
    ["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "LANGUAGE", "NORP"],
)


def example(nlp: Any, snippet: Snippet) -> Any:
    """The snippet as an example to train on: its own names, and other spans as `nlp` finds them.

    Tokens of a name that is not of a decided kind, or not made of whole tokens, are left open.
    """
    from spacy.training import Example

    text, marked = text_and_spans(snippet)
    tokens = nlp.make_doc(text)
    own = [(tokens.char_span(start, end, LABELS.get(code, "")), start, end) for start, end, code in marked]
    gold = [span for span, _, _ in own if span is not None and span.label_]
    named = {token.i for span in gold for token in span}
    unsure = {token.i for _, start, end in own for token in _touched(tokens, start, end)} - named
    kept = [span for span in _rehearsed(nlp(text), tokens) if (named | unsure).isdisjoint(t.i for t in span)]
    opened = [tokens[i : i + 1] for i in sorted(unsure)]
    tokens.set_ents([*gold, *kept], missing=opened, default="outside")
    return Example(nlp.make_doc(text), tokens)


def _touched(tokens: Any, start: int, end: int) -> Any:
    return tokens.char_span(start, end, alignment_mode="expand")


def _rehearsed(found: Any, tokens: Any) -> Iterator[Any]:
    """The spans of the stock model that are to be kept, as spans of `tokens`."""
    for ent in found.ents:
        if ent.label_ in REHEARSED:
            yield tokens.char_span(ent.start_char, ent.end_char, ent.label_)
