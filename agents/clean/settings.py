"""What can be set about cleaning: `[stages.clean] work = { min_words = 50 }`."""

from dataclasses import dataclass

MIB = 1_048_576


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanSettings:
    min_words: int = 40
    """Fewer words of text are `too-short`; in scripts without spaces a character counts as a word. Of 439
    news pages the shortest whole report has 64 words."""
    max_html_bytes: int = 16 * MIB
    """A page of more bytes, decompressed, is a dead letter (`invalid`)."""
    max_elements: int = 40_000
    """A page of more HTML elements is a dead letter (`invalid`). A long live blog has 20,000, the largest of
    439 news pages 4,100. The time to read a page grows with their square: 39,000 headings take 8 s."""
    max_text_characters: int = 1_000_000
    """A text of more characters, or a page that shows more, is a dead letter (`too-large`) before it is read.
    The longest article of 439 news pages has 49,000, the longest page shows 149,000; a novel has 500,000."""
    earliest: str = "1995-01-01"
    """Earlier dates are ignored: they are defaults of software (1970-01-01, 0001-01-01)."""
    latest: str = "2100-01-01"
    """Later dates are ignored. Dates after the scraper fetched the page, where it says when, are kept with
    the warning `date-in-future`."""
    language_characters: int = 1000
    """Characters of the text, after the title, by which the language is identified."""
