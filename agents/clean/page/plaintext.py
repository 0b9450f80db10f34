"""The parts of an article that was published as text: headline, byline, captions, paragraphs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from agents.clean.page import shortcodes
from agents.clean.page.markdown import without_marks
from agents.clean.page.text import line, word_count

SENTENCE_END = re.compile(r"[.!?…。！？:;,؟।][\"'”’»)]*$")
BULLET = re.compile(r"\s*+(?:[-*•‣–—]|\d{1,2}[.)])\s")
BULLET_MARK = re.compile(r"^[-*•‣]\s+(?=\S)")
INDENT = re.compile(r"[ \t]{2,}\S")
BYLINE = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|od|text|texte|texto|words|story|автор|текст|文|作者)\b[: ]\s*[^\W\d_]"
    r"|^[^\W\d_][\w.'’-]*+(?:\s++[^\W\d_][\w.'’-]*+){1,4}\s*[|•·]\s*\S|^(?:作者|記者|记者|文)[：:]",
    re.IGNORECASE,
)
# `5 March 2024`, `Published: March 5, 2024, 10:00`, `2024-03-05`, `2024年3月5日`.
DATE_LINE = re.compile(
    r"^(?:[^\W\d_]{2,15}[:,]?+\s++){0,2}(?:\d{1,2}(?:st|nd|rd|th)?\.?\s++(?:de\s++)?[^\W\d_]{3,12}\.?,?\s++(?:de\s++)?"
    r"(?:19|20)\d\d|[^\W\d_]{3,9}\.?\s++\d{1,2}(?:st|nd|rd|th)?,?\s++(?:19|20)\d\d|(?:19|20)\d\d[-./年]\s?\d{1,2}[-./月]"
    r"\s?\d{1,2}日?|\d{1,2}[./-]\s?\d{1,2}[./-]\s?(?:19|20)?\d\d)(?!\w).{0,30}$"
)
CAPTION = re.compile(
    r"^[\[(]?(?:(?:file|stock|archive)\s)?(?:photos?|images?|pictures?|pic|captions?|credits?|foto|bild|imagen|illustration"
    r"|grafik|graphic|fotografía|crédito|фото|写真|图片|圖片)(?:\s(?:by|credit|caption|von|de|par)\b|(?:\s\w++)?\s?[:：/])"
    r"|\((?:ap|afp|reuters|epa|getty|dpa|file)\s?(?:photo|images?|file)?\s?/[^()]{2,60}\)$"
    r"|[\[(](?:photo|image|picture|foto|bild)\b[^\])]{0,80}[\])]$",
    re.IGNORECASE,
)
PLACE_ALONE = re.compile(r"^[^\W\d_][\w .,'’-]{1,40}(?:\([^()]{2,40}\))?\s*(?:--|[–—-])$")
STOP = re.compile(r"[.!?…。！？؟।][\"'”’»)]*$")
MOST_WRAPPED = 100
"""Columns of a text whose lines are wrapped, at most: 72 and 80 are usual."""
SHORT = 0.75
MAX_HEADLINE_WORDS = 25
MAX_CAPTION_WORDS = 8
MAX_CREDITED_WORDS = 60
MAX_LEADING = 3
MOST_LEADING = 6
MAX_BYLINE_WORDS = 14


@dataclass(frozen=True, slots=True)
class Body:
    """Headline, bylines, captions and paragraphs of an article. `method` is that of `Extraction`."""

    title: str | None = None
    byline: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    method: str = "text"
    confidence: float | None = None


def split(text: str, title: str | None) -> Body:
    """A first line that does not end a sentence is the headline; short lines like it, next, are captions."""
    captions = [each for each in map(line, shortcodes.captions(text)) if each]
    text, marked = without_marks(shortcodes.removed(text))
    lines = list(_with_places([each for each in map(line, blocks(text)) if each]))
    first = next(iter(lines), "")
    if title is None and len(lines) > 1 and (first == marked or _is_heading(first, MAX_HEADLINE_WORDS)):
        title, lines = first, lines[1:]
    elif title is not None and lines[:1] == [title]:
        lines = lines[1:]
    leading = _leading(lines)
    before = lines[:leading] if title else []
    story = lines[len(before) :]
    return Body(
        title=title,
        byline=[each for each in before if _is_byline(each)],
        captions=[*captions, *(each for each in before if not _is_byline(each)), *filter(_is_caption, story)],
        lines=[each for each in story if not _is_caption(each)],
    )


def blocks(text: str) -> Iterator[str]:
    """Paragraphs: separated by blank lines, or each a line, or lines that are wrapped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    groups = [_lines(group) for group in re.split(r"\n[^\S\n]*+\n\s*+", text)]
    width = max((len(each) for group in groups for each in group), default=0)
    wrapped = _are_wrapped(groups, width)
    for group in groups:
        yield from _joined(group, width) if wrapped else group


def _lines(group: str) -> list[str]:
    return [each.rstrip() for each in group.split("\n") if each.strip()]


def _are_wrapped(groups: list[list[str]], width: int) -> bool:
    """Whether sentences go on from line to line. In other texts, nearly all lines end one."""
    inner = [each for group in groups for each in group[:-1]]
    full = sum(1 for each in inner if len(each) > SHORT * width and not STOP.search(each))
    return full > len(inner) / 4 and width <= MOST_WRAPPED


def _joined(lines: list[str], width: int) -> Iterator[str]:
    """A paragraph ends where the next word had room in the line, and before an indent or a bullet."""
    paragraph: list[str] = []
    for each in lines:
        before = paragraph[-1] if paragraph else ""
        room = width - len(before) > len(each.split(maxsplit=1)[0])
        ended = room and (len(before) < SHORT * width or STOP.search(before))
        if paragraph and (ended or INDENT.match(each) or BULLET.match(each)):
            yield " ".join(paragraph)
            paragraph = []
        paragraph.append(each)
    if paragraph:
        yield " ".join(paragraph)


def _with_places(lines: list[str]) -> Iterator[str]:
    """The lines without bullets; a place alone, `LONDON (Reuters) -`, begins the next one."""
    place = ""
    for each in lines:
        if PLACE_ALONE.match(each):
            place = f"{each} "
            continue
        yield place + BULLET_MARK.sub("", each)
        place = ""
    if place:
        yield place.strip()


def _leading(lines: list[str]) -> int:
    """How many of the lines are before the story; the last line never is."""
    leading = 0
    for each in lines[: min(MOST_LEADING, len(lines) - 1)]:
        about = _is_byline(each) or _is_caption(each)
        if not about and (leading >= MAX_LEADING or not _is_heading(each, MAX_CAPTION_WORDS)):
            break
        leading += 1
    return leading


def _is_byline(text: str) -> bool:
    """Whether it says who wrote the article, or when."""
    return _is_heading(text, MAX_BYLINE_WORDS) and bool(BYLINE.match(text) or DATE_LINE.match(text))


def _is_caption(text: str) -> bool:
    return bool(CAPTION.search(text)) and word_count(text) <= MAX_CREDITED_WORDS


def _is_heading(text: str, words: int) -> bool:
    return word_count(text) <= words and not SENTENCE_END.search(text)
