"""Lists of URLs: what scrapers start from, and no articles."""

import re

from streams.errors import Invalid

#: A URL alone, or as a JSON string; lines are stripped before.
URL = re.compile(rb"\"?https?://[^\s\"<>]++\"?", re.IGNORECASE)
LOOKED_AT = 65_536


def reject_url_list(body: bytes) -> None:
    """Raise `Invalid` where the first 64 KiB are URLs alone, one a line."""
    beginning = body[:LOOKED_AT]
    lines = beginning.split() if len(body) <= LOOKED_AT else beginning.split()[:-1]
    if lines and all(URL.fullmatch(line) for line in lines):
        kind = "a URL" if len(lines) == 1 else "a list of URLs"
        raise Invalid(
            f"it is {kind} and no article: Copydesk does not fetch pages, so give the pages themselves"
        )
