"""The date that readers see on a page: in which of its texts, and what makes it the article's own."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from agents.clean.fields.dates import labels
from agents.clean.fields.dates.boxes import (
    ATTRIBUTES,
    MAX_WORDS,
    SKIPPED,
    Dated,
    dates_of,
    is_card,
    is_in_link,
    names,
    size,
)
from agents.clean.fields.dates.place import Place
from agents.clean.fields.timestamps import Moment
from agents.clean.page.parse import Page
from agents.clean.page.text import fold

#: Ranks: of a date that is marked as the article's, of one that stands where it should, and of an update.
MARKED, LIKELY, UPDATED = 0, 4, 8
MAX_ELEMENTS = 20_000
MAX_SPOTS = 1500
MAX_LISTED = 3
"""Of more dates that are as likely, each on another day, none is the article's."""
CLIMB = 3
PIECE, LONG = 100, 160
"""A text of more characters is part of the story, whose dates are not the article's."""
NEAR = 700
"""Characters of story between the headline and its date, at most: a standfirst."""
DATED = f"//body//*[{' or '.join(f'@{name}' for name in ATTRIBUTES)}]"
FRAME = {"aside", "footer", "header"}
DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Seen:
    """A date of the page. The lower the rank, the likelier it is the article's."""

    rank: int
    moment: Moment


@dataclass(frozen=True, slots=True)
class _Spot:
    """An element with a digit in it: `passed` is whether the headline is before it, `story` how many
    characters of story are before it."""

    element: HtmlElement
    passed: bool
    story: int


class Reader:
    """Reads the dates of one page. `modified` is the day on which it was changed, if it says that."""

    def __init__(self, page: Page, place: Place, modified: str | None) -> None:
        self._page = page
        self._place = place
        self._modified = modified
        self._headline = _headline(page)
        self._around = set(self._headline.iterancestors()) if self._headline is not None else set()
        self._frames: dict[HtmlElement, bool] = {}

    def dates(self) -> list[Seen]:
        """The dates that may be the article's, the likeliest first."""
        return _without_lists(sorted(self._seen(), key=lambda each: each.rank))

    def _seen(self) -> Iterator[Seen]:
        spots, before = self._spots()
        place = self._place.settled(spot.element.text or "" for spot in spots)
        boxes: set[HtmlElement] = set()
        for spot in spots:
            box = self._box(spot.element)
            if box not in boxes:
                boxes.add(box)
                for dated in dates_of(box, place):
                    rank = self._rank(dated, spot.passed, abs(spot.story - before))
                    if rank is not None:
                        yield Seen(rank, dated.written.moment)

    def _spots(self) -> tuple[list[_Spot], int]:
        """Where dates may be, and how many characters of story are before the headline."""
        spots: list[_Spot] = []
        story, before = 0, 0
        passed = self._headline is None
        for element, written in _texts(self._page):
            text = " ".join(written.split())
            if element is self._headline:
                passed, before = True, before if passed else story
            elif (len(text) > PIECE or DIGIT.search(text)) and not self._is_elsewhere(element):
                if len(text) > PIECE or _own_text(element) > LONG:
                    story += len(text)
                elif len(spots) < MAX_SPOTS:
                    spots.append(_Spot(element, passed, story))
        return spots, before

    def _rank(self, dated: Dated, passed: bool, story: int) -> int | None:
        """None where the date is of something else."""
        near = passed and story < NEAR
        if dated.label == "other" or is_in_link(dated.box):
            return None
        if dated.label == "updated":
            return UPDATED if near and self._modified != dated.written.moment.day else None
        beside, card = self._is_beside(dated.box), is_card(dated.box, self._around)
        if dated.label == "published":
            return MARKED if near and not beside else 4
        if near and not (beside and card):
            is_line = dated.rest <= 80 and not dated.is_in_sentence
            return 1 if dated.is_hinted else 2 if is_line else None
        if card or dated.label == "class":
            return None if card else 5
        if not passed:
            above = story == 0 and not beside and (dated.is_hinted or dated.rest <= 40)
            return 3 if above and self._is_beside_headline(dated.box) else None
        if not any(each.tag in ("article", "main") for each in islice(dated.box.iterancestors(), 40)):
            return None
        return 5 if dated.is_hinted and dated.rest <= 60 else 7 if dated.rest <= 12 else None

    def _box(self, element: HtmlElement) -> HtmlElement:
        """The largest of a few elements around it that has no more than a few words, and not the headline."""
        box = element
        for parent in islice(element.iterancestors(), CLIMB):
            if parent in self._around or parent.tag == "body" or size(parent) > MAX_WORDS:
                break
            box = parent
        return box

    def _is_elsewhere(self, element: HtmlElement) -> bool:
        """Whether it is in a part of the page that is not about the article."""
        path: list[HtmlElement] = []
        for each in (element, *element.iterancestors()):
            if each in self._frames:
                break
            path.append(each)
        for each in reversed(path):
            parent = each.getparent()
            framed = parent is not None and self._frames[parent]
            self._frames[each] = framed or (each not in self._around and _is_frame(each))
        return self._frames[element]

    def _is_beside(self, box: HtmlElement) -> bool:
        """Whether it is in a column or a footer, which may be the article's own."""
        for each in (box, *islice(box.iterancestors(), 20)):
            if each in self._around:
                return False
            if each.tag in FRAME or labels.BESIDE.search(names(each)):
                return True
        return False

    def _is_beside_headline(self, box: HtmlElement) -> bool:
        """Whether both are in an element that is not the whole page."""
        if self._headline is None:
            return True
        near = set(islice(self._headline.iterancestors(), 4))
        common = next((each for each in box.iterancestors() if each in self._around), None)
        return common is not None and common in near and common.tag not in ("body", "html")


def _headline(page: Page) -> HtmlElement | None:
    """The first heading that the title of the page names, or the first."""
    headings = page.tree.xpath("//h1")[:10]
    title = fold(page.meta("og:title") or page.tree.findtext(".//head/title") or "")
    folded = ((each, fold("".join(part.text or "" for part in islice(each.iter(), 30)))) for each in headings)
    named = (each for each, text in folded if len(text) > 3 and text in title)
    return next(named, headings[0] if headings else None)


def _texts(page: Page) -> Iterator[tuple[HtmlElement, str]]:
    """The texts of the page's body, each with its element; headings and dates for machines may be empty."""
    body = page.tree.find(".//body")
    dated = set(page.tree.xpath(DATED)[:MAX_ELEMENTS])
    for element in islice(body.iter(), MAX_ELEMENTS) if body is not None else ():
        if element.tag not in SKIPPED and (element.text or element.tag == "h1" or element in dated):
            yield element, "0" if element in dated else element.text or ""
        if element.tail and element is not body:
            yield element.getparent(), element.tail


def _own_text(element: HtmlElement) -> int:
    texts = (element.text, *(inner.tail for inner in islice(element, 50)))
    return sum(len(text.strip()) for text in texts if text)


def _is_frame(element: HtmlElement) -> bool:
    return element.tag in SKIPPED or bool(labels.ELSEWHERE.search(names(element)))


def _without_lists(seen: list[Seen]) -> list[Seen]:
    days = defaultdict(set)
    for each in seen:
        days[each.rank].add(each.moment.day)
    return [each for each in seen if each.rank < MAX_LISTED or len(days[each.rank]) <= MAX_LISTED]
