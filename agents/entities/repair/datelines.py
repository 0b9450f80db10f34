"""The line that opens an agency's story: `LARNED, Kan. —`, `DUBAI (Reuters) -`, `DELHI, Nov 3 (PTI):`."""

import re
from collections.abc import Iterator, Sequence

from agents.entities.mentions import Mention
from agents.entities.places.table import Places
from agents.entities.repair.marked import at, replaced

MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
DATELINE = re.compile(
    rf"""(?m)^[^\S\n]*
    (?P<place>[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.'’-]+(?:[^\S\n][A-Z\u00c0-\u00de.'’-]+){{0,3}})
    (?:[^\S\n]?,[^\S\n](?P<region>(?!{MONTH}\b)[A-Z\u00c0-\u00de][\w.'’-]+(?:[^\S\n][A-Z\u00c0-\u00de][\w.'’-]+){{0,2}}))?
    (?:[^\S\n]?,?[^\S\n](?:{MONTH}[^\S\n]\d{{1,2}}(?:,[^\S\n]?\d{{4}})?|\d{{1,2}}[^\S\n]{MONTH}(?:[^\S\n]\d{{4}})?|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})))?
    (?:[^\S\n]?[,]?[^\S\n]?\([^\S\n]?(?P<agency>[\w/ .]{{2,30}}?)[^\S\n]?\))?
    (?P<dash>[^\S\n]?(?:--|—|–|:)[^\S\n]?|[^\S\n]-[^\S\n]|(?(iso)[^\S\n]*$|(?!)))""",
    re.VERBOSE,
)
#: `ATS/AFP` are two.
AGENCY = re.compile(r"[^/\s](?:[^/]*[^/\s])?")
#: Words in capitals that open a paragraph and are no place.
NO_PLACE = re.compile(
    r"(?:BREAKING|UPDATE|UPDATED|EXCLUSIVE|WATCH|LIVE|VIDEO|PHOTOS?|NEWS|OPINION|ANALYSIS|REVIEW"
    r"|ADVERTISEMENT|NOTE|EDITOR|Q|A|THE|TENNIS|SOCCER|CRICKET|RUGBY|GOLF|BASEBALL|BASKETBALL|HOCKEY|BOXING"
    r"|CYCLING|ATHLETICS|SWIMMING|SKIING|NFL|NBA|NHL|MLB|FOOTBALL|MOTOR|RACING|FEATURE|FACTBOX|TIMELINE"
    r"|OBITUARY|LETTERS?|CORRECTION|SPORT|BUSINESS|RESULTS?|SCORES?|SUMMARY)\b"
)


def with_datelines(text: str, mentions: Sequence[Mention], places: Places) -> list[Mention]:
    return replaced(mentions, _parts(text, places))


def _parts(text: str, places: Places) -> Iterator[Mention]:
    for line in DATELINE.finditer(text):
        if NO_PLACE.match(line["place"]) or not (
            places.named(line["place"]) or line["agency"] or line["region"]
        ):
            continue
        if _is_label(line) and places.kind_of(line["place"]) not in ("country", "large"):
            continue
        for name in ("place", "region"):
            if line[name]:
                yield at("text", text, line.start(name), line.end(name), "place")
        for agency in AGENCY.finditer(text, *line.span("agency")) if line["agency"] else ():
            yield at("text", text, *agency.span(), "organisation")


def after_dateline(text: str, start: int) -> int:
    """Where the paragraph at `start` goes on after its dateline, if it has one."""
    line = DATELINE.match(text, start)
    return start if line is None or _is_label(line) else line.end()


def _is_label(line: re.Match[str]) -> bool:
    """Whether it is only a word and a colon, as in an interview: `ANNA:`."""
    return ":" in line["dash"] and not (line["region"] or line["agency"] or "," in line[0])
