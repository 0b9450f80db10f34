"""The few words that a date stands among, and what they and their elements say of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

from agents.clean.fields.dates import labels
from agents.clean.fields.dates.machine import read
from agents.clean.fields.dates.place import Place
from agents.clean.fields.dates.written import Written, dates_in, plain_signs, without_dates
from agents.clean.fields.timestamps import Moment

MAX_WORDS = 200
"""Characters of a box, at most."""
MAX_PARTS = 80
"""Elements of a box, at most, so that no page takes long, however it is nested."""
BEFORE, AFTER = 40, 14
"""Characters around a date in which a label may stand."""
LINKED = 20
"""Characters of a link to another article, at least."""
SKIPPED = {
    *(
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "iframe",
        "select",
        "textarea",
        "button",
        "nav",
        "form",
    ),
    *("figure", "blockquote"),
}
INLINE = {"a", "abbr", "b", "em", "font", "i", "label", "small", "span", "strong", "sub", "sup", "time", "u"}
#: Where elements keep their date for machines.
ATTRIBUTES = (
    *("datetime", "data-datetime", "data-date", "data-published", "data-publish-date", "data-pubdate"),
    *("data-timestamp", "data-time", "data-utc", "data-epoch", "content"),
)
WHOLE = {"article", "main", "body", "html"}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a box."""

    box: HtmlElement
    element: HtmlElement
    """The innermost that the date begins in."""
    written: Written
    label: labels.Label | None

    @property
    def is_hinted(self) -> bool:
        """Whether the elements around it are for dates or bylines."""
        around = (self.element, *islice(self.element.iterancestors(), 2), self.box)
        return self.element.tag == "time" or any(labels.CLASS_DATE.search(names(each)) for each in around)

    @property
    def rest(self) -> int:
        """How many characters its paragraph has beside it."""
        return size(self._paragraph()) - (self.written.end - self.written.start)

    @property
    def is_in_sentence(self) -> bool:
        """Whether its paragraph says something: `The bridge fell on 14 August 2018.`"""
        words = " ".join(" ".join(islice(self._paragraph().itertext(), MAX_PARTS)).split())
        plain = plain_signs(words[: 2 * MAX_WORDS])
        return labels.is_sentence(without_dates(plain, dates_in(plain, Place())))

    def _paragraph(self) -> HtmlElement:
        block = self.element
        while block is not self.box and block.tag in INLINE:
            block = block.getparent()
        return block


def dates_of(box: HtmlElement, place: Place) -> Iterator[Dated]:
    """The dates in the words of a box, each with the label that stands beside it."""
    words = _Words(place)
    words.walk(box)
    text, end = " ".join(words.parts), 0
    for written in dates_in(text, place):
        element = next((each for at, each in reversed(words.starts) if at <= written.start), box)
        before, after = (
            text[max(end, written.start - BEFORE) : written.start],
            text[written.end : written.end + AFTER],
        )
        label = labels.label_before(before) or (labels.label_after(after) if end == 0 else None)
        if label in ("other", None) and labels.COPYRIGHT.search(text):
            label = "other"
        yield Dated(box, element, written, label or labels.label_of_class(names(element)))
        end = written.end


def is_in_link(box: HtmlElement) -> bool:
    """Whether all of it is within a link that has more words than a date."""
    around = (box, *islice(box.iterancestors(), 5))
    return any(each.tag == "a" and size(each) > LINKED + 20 for each in around)


def is_card(box: HtmlElement, around: set[HtmlElement]) -> bool:
    """Whether it is beside a link with the words of a headline, but not within the elements `around`."""
    for each in (box, *islice(box.iterancestors(), 2)):
        if each.tag in WHOLE or each in around:
            return False
        if any(part.tag == "a" and size(part) >= LINKED for part in islice(each.iter(), MAX_PARTS)):
            return True
    return False


def size(element: HtmlElement) -> int:
    """How many characters its text has, counted no further than is of interest."""
    counted = 0
    for number, each in enumerate(element.iter()):
        counted += len((each.text or "").strip())
        counted += len((each.tail or "").strip()) if each is not element else 0
        if counted > MAX_WORDS or number > MAX_PARTS:
            return MAX_WORDS + 1
    return counted


def names(element: HtmlElement) -> str:
    """What the page calls it."""
    return " ".join(filter(None, map(element.get, ("class", "id", "itemprop", "data-testid"))))


@dataclass(slots=True)
class _Words:
    """The words of a box in plain signs, and at which character each element begins."""

    place: Place
    parts: list[str] = field(default_factory=list)
    starts: list[tuple[int, HtmlElement]] = field(default_factory=list)
    length: int = 0
    read: int = 0

    def walk(self, element: HtmlElement) -> None:
        """A date for machines is read instead of the words."""
        self.read += 1
        if element.tag in SKIPPED or self.read > MAX_PARTS:
            return
        values = (element.get(name) for name in ATTRIBUTES if element.keys())
        moment = next((read(value, self.place) for value in values if value), None)
        if moment is not None:
            self._add(_as_shown(element, moment, self.place), element)
            return
        self._add(element.text, element)
        for inner in islice(element, MAX_PARTS):
            self.walk(inner)
            self._add(inner.tail, element)

    def _add(self, text: str | None, element: HtmlElement) -> None:
        words = " ".join(plain_signs(text or "").split())
        if words and self.length <= 2 * MAX_WORDS:
            self.starts.append((self.length, element))
            self.parts.append(words)
            self.length += len(words) + 1


def _as_shown(element: HtmlElement, moment: Moment, place: Place) -> str:
    """The moment, or its words where they name another day: the attribute is often in UTC, they never are."""
    words = plain_signs(" ".join(each.text or "" for each in islice(element.iter(), 9)))
    shown = [each.moment.day for each in dates_in(words, place)]
    return words if shown and moment.day not in shown else moment.text
