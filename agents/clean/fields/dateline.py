"""The line that opens a wire story: `LONDON, March 3 (Reuters) -`."""

import re

from agents.clean.fields.agencies import agencies_in
from agents.records import Dateline

DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^\d()–—:!?]{1,50}?)?"
    r"(?:,?\s*+(?P<date>(?:le\s++)?(?:\d{1,2}\.?\s*+(?:de\s++)?[^\W\d_]{3,10}\.?|[^\W\d_]{3,9}\.?\s++\d{1,2})))?"
    r"\s*+(?:\((?P<agency>[^()]{2,40})\)\s*+)?(?:[–—]|-{1,2})\s+",
)


def dateline(text: str) -> tuple[Dateline, list[str]]:
    """The dateline of the first paragraph, and every agency in it (`dpa/AFP`).

    Without an agency, only a place in capitals counts as a dateline.
    """
    match = DATELINE.match(text[:160])
    if match is None:
        return Dateline(), []
    agencies = agencies_in(match["agency"] or "")
    place = (match["place"] or "").strip(" ,") or None
    if not agencies and not _is_town((place or "").split(",")[0]):
        return Dateline(), []
    return Dateline(place=place, agency=next(iter(agencies), None), date=match["date"]), agencies


def _is_town(name: str) -> bool:
    """`NEW YORK`; four words in capitals are a headline."""
    return name.isupper() and len(name) > 2 and len(name.split()) <= 3
