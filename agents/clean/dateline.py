"""The line that opens a wire story: `LONDON, March 3 (Reuters) -`."""

import re

from agents.clean.agencies import agencies_in
from agents.records import Dateline

DATELINE = re.compile(
    r"(?P<place>[^\W\d_][^\d()–—:!?]{1,50}?)?"
    r"(?:,?\s*(?P<date>(?:le\s+)?(?:\d{1,2}\.?\s*(?:de\s+)?[^\W\d_]{3,10}\.?|[^\W\d_]{3,9}\.?\s+\d{1,2})))?"
    r"\s*(?:\((?P<agency>[^()]{2,40})\))?\.?\s*(?:[–—:]|-{1,2})\s+",
)


def dateline(text: str) -> Dateline:
    """What the first paragraph opens with. Without an agency only a place in capitals is believed."""
    found = DATELINE.match(text[:160])
    if found is None:
        return Dateline()
    agency = next(iter(agencies_in(found["agency"] or "")), None)
    place = (found["place"] or "").strip(" ,.") or None
    if agency is None and not (place and place.isupper() and len(place) > 2):
        return Dateline()
    return Dateline(place=place, agency=agency, date=found["date"])
