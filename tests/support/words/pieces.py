"""What a check of words reads of a file: names and texts, each with its line."""

from dataclasses import dataclass
from enum import Enum, auto


class Sort(Enum):
    NAME = auto()
    """A name where it is defined or bound."""
    MENTION = auto()
    """A word in code, of which nobody knows whether it is a name: in a document or in configuration."""
    TEXT = auto()
    LINE = auto()
    """A whole line, whatever it is."""


@dataclass(frozen=True)
class Piece:
    """A name, a text of one line or several, or a raw line."""

    line: int
    sort: Sort
    text: str
