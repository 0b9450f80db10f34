"""What others say about a block: how much of its text is in trafilatura's, in JSON-LD, and elsewhere on the page."""

from collections.abc import Iterable, Iterator

Run = tuple[str, str, str]
LONG_WORD = 12
"""Characters a word; a text with more has no spaces between words and is compared by characters."""


def units(text: str) -> list[str]:
    words = text.split()
    return words if len(text) <= LONG_WORD * len(words) else list(text)


def runs(text: str) -> Iterator[Run]:
    """Every three words that follow each other."""
    words = units(text)
    return zip(words, words[1:], words[2:], strict=False)


class Witness:
    """A text, by lines."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = {line.strip() for line in lines}
        self._runs = {run for line in self._lines for run in runs(line)}

    def __bool__(self) -> bool:
        return bool(self._runs)

    def holds(self, text: str, own: list[Run]) -> float:
        """How much of a text with these runs it has, 0 to 1; of one of fewer than four words all or nothing."""
        if text in self._lines:
            return 1.0
        if len(own) < 2:
            return 0.0
        return sum(map(self._runs.__contains__, own)) / len(own)


def repeated(texts: list[list[Run]]) -> list[float]:
    """How much of each text stands in the ones before it."""
    seen: set[Run] = set()
    shares = []
    for own in texts:
        shares.append(sum(map(seen.__contains__, own)) / len(own) if len(own) > 1 else 0.0)
        seen.update(own)
    return shares
