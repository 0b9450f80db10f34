"""What somebody said in the writer's words: `The minister said that talks would resume`."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from agents.entities.quotes.cues import ACCORDING_TO, ENGLISH, SPEECH
from agents.entities.quotes.sources import Source, subject_after, subject_before
from agents.entities.quotes.story import HIDDEN, Story

#: With these a clause follows also without `that`.
PLAIN = re.compile(r"(?:said|says|say|saying)", re.IGNORECASE)
#: Verbs that only with `that` have a clause, and not a thing, after them.
THAT = re.compile(
    r"(?<!\s)(?P<object>(?:\s++[^\s,;:.\x01]++){0,9}?)\s++(?:that|how|whether|dass|que|che|dat)\s++",
    re.IGNORECASE,
)
ADDRESSES = re.compile(
    r"(?:told|tells|tell|telling|assured|informed|warned|reminded|advised|promised)", re.IGNORECASE
)
#: Whom the words are for, before a clause without `that`.
ADDRESSED = re.compile(
    r"(?<!\s)\s++(?:[\w'’.-]++\s++){1,3}?(?=(?:he|she|it|they|the|his|her|there|its|their)\s)"
)
#: What can only be a clause: a subject and a verb.
CLAUSE = re.compile(
    r"(?<!\s)\s++(?:he|she|it|they|the|there|its|his|her|their|a|an|no)\s[^,;:]{0,120}?"
    r"\b(?:would|had|was|were|has|is|are|will|could|might|did|may)\b"
)
DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|yesterday|today|tonight|tomorrow)"
MONTH = (
    r"(?:(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.|January|February|March|April|May|June|July|August|September|October"
    r"|November|December)"
)
PART = r"(?:morning|afternoon|evening|night|week|month|year)"
#: When and where something is said. A number is one only as part of a date: `said 85 people were hurt`.
WHEN = re.compile(
    rf"(?<!\s)(?:\s++(?:(?:on|in|at|by|earlier|late|early)\s(?:on\s|in\s)?)?"
    rf"(?:{DAY}(?:\s{PART})?|(?:last|this|earlier this|the same|the previous)\s(?:{PART}|{DAY})"
    rf"|(?:\d{{1,2}}\s)?{MONTH}(?:\s\d{{1,2}})?(?:,?\s\d{{4}})?|(?<=\sin\s)(?:19|20)\d\d|late|earlier"
    r"|an?\s(?:[\w-]+\s)?(?:statement|interview|letter|speech|report|memo|tweet|post|email|address"
    r"|(?:news|press)\s(?:conference|briefing|release))|(?:tele)?phone|e-?mail|through a lawyer)"
    r"(?![\w'’]),?)++"
    r"(?!\s(?:is|was|are|were|would|will|had|has|could|may|might|did|does|can)\b)"
)
#: A finite verb, by which a clause is known.
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|would|will|could|can|may|might|must|should|shall|did|does|do"
    r"|didn['’]t|won['’]t|died|tied|fell|rose|won|lost|took|came|went|made"
    r"|got|gave|left|kept|knew|saw|ran|began|held|met|paid|sent|sold|felt|stood|became|brought|\w{3,}ed|\w{3,}s)\b"
    r"|n['’]t\b|['’](?:s|d|ll|ve|re)\b"
)
#: After the verb of a clause that stands before it: `..., the minister said on Monday.`
TAIL = re.compile(r"[^.;:\x01]{0,90}\Z")
FEWEST_WORDS = 3
IN_ENGLISH = frozenset(ENGLISH.split())
#: In letters; what is longer has lost its full stops.
LONGEST_SENTENCE = 1_500
#: In German and Dutch the verb follows the source at once: `Laut der Polizei wurde niemand verletzt`.
WITHOUT_COMMA = {
    "Laut": re.compile(r"(?<!\w)(?:(?:der|dem|den|einer|einem) )?(?:[^\W\d_a-zäöü][\w-]*+ ){1,6}"),
    "Volgens": re.compile(r"(?<!\w)(?:(?:de|het|een) \w++ |(?:[A-Z][\w-]*+ ){1,6})"),
}
#: Before the verb, where its subject says nothing: `did not say where`, `had been informed of it`.
NOT_SPOKEN = re.compile(r"(?:\bnot|n['’]t|\bnever|\bbeen|\bwas|\bwere|\bbeing)\s$")
#: After the source of these cues the sentence goes on.
GERMAN = ("nach angaben", "laut", "volgens")
#: Where the writer's own words begin: `, and we have no reason to doubt it`.
WRITER = re.compile(r",\s(?:and|but|which)\s(?:we|I)\s")
#: What a role put beside a name begins with: `the regional head`, `Lund's mayor`.
ROLE = re.compile(r"(?:the|a|an|its|his|her|their)\s|[\w'’ -]{1,80}['’]s\s")
POSSESSIVE = re.compile(r"['’]s\b")
SPOKEN = frozenset(
    (
        "ordered demanded urged continued began posted interrupted snapped barked smiled grinned"
        " shrugged sighed forecast cites cited read reads quoted quotes believes"
    ).split()
)


class Indirect(NamedTuple):
    start: int
    end: int
    cue: str
    source: Source | None


def indirect(story: Story) -> Iterator[Indirect]:
    for start, end in story.paragraphs:
        for first, last in story.sentences(start, end):
            if last - first <= LONGEST_SENTENCE and HIDDEN not in story.unquoted[first:last]:
                clause = _in_sentence(story, first, last)
                if clause is not None:
                    yield clause


def _in_sentence(story: Story, start: int, end: int) -> Indirect | None:
    stop = start + len(story.unquoted[start:end].rstrip(" .!?…"))
    return (
        _according(story, start, stop)
        or _clause_after(story, start, stop)
        or _clause_before(story, start, stop)
    )


def _according(story: Story, start: int, end: int) -> Indirect | None:
    match = ACCORDING_TO.search(story.unquoted, start, end)
    if match is None:
        return None
    source = subject_after(story, match.end(), end)
    cue = match[0].strip()
    if match.start() == start:
        if (rule := WITHOUT_COMMA.get(cue)) and (subject := rule.match(story.unquoted, match.end(), end)):
            named = subject_after(story, match.end(), subject.end())
            return _indirect(story, subject.end(), end, cue, named)
        comma = story.unquoted.find(",", source.end if source else match.end(), end)
        return _indirect(story, comma + 1, end, cue, source) if comma > 0 else None
    named = _right_after(story, match.end()) if cue.casefold().startswith(GERMAN) else None
    if named is not None and story.unquoted[named.end : end].strip(" ,"):
        return _indirect(story, start, end, cue, named)
    return _indirect(story, start, match.start(), cue, source)


def _right_after(story: Story, start: int) -> Source | None:
    """The name right after `nach Angaben der`, which a German sentence goes on after."""
    named = next((each for each in story.named_in(start, start + 60) if each.start == start), None)
    return None if named is None else Source(named.start, named.end, named.text, named)


def _clause_after(story: Story, start: int, end: int) -> Indirect | None:
    """`Anna Berg said (that) ...`"""
    for cue in SPEECH.finditer(story.unquoted, start, end):
        if cue[0].lower() in SPOKEN or NOT_SPOKEN.search(story.unquoted, start, cue.start()):
            continue
        content = _content_start(story, cue, end)
        if content is None:
            continue
        source = subject_before(story, start, cue.start(), of_participle=cue[0].endswith("ing"))
        if source is not None and not SPEECH.search(story.unquoted, content, content + 1):
            writer = WRITER.search(story.unquoted, content, end)
            return _indirect(story, content, writer.start() if writer else end, cue[0], source)
    return None


def _content_start(story: Story, cue: re.Match[str], end: int) -> int | None:
    """Where the clause after the verb begins."""
    if (that := THAT.match(story.unquoted, cue.end(), end)) and (
        not that["object"]
        or ADDRESSES.fullmatch(cue[0])
        or WHEN.match(that["object"])
        or that["object"].startswith((" in ", " to ", " on ", " at "))
    ):
        return that.end()
    if ADDRESSES.fullmatch(cue[0]):
        addressed = ADDRESSED.match(story.unquoted, cue.end(), end)
        return addressed.end() if addressed else None
    timed = WHEN.match(story.unquoted, cue.end(), end)
    at = cue.end()
    rest = story.unquoted[at:end]
    if not rest.strip() or rest.lstrip().startswith((",", ".", ";", ":")):
        return None
    if PLAIN.fullmatch(cue[0]):
        if timed and timed[0].strip():
            return None if not FINITE.search(story.unquoted, timed.end(), end) else _skip_time(story, at, end)
        return at if FINITE.search(rest) else None
    return at if CLAUSE.match(rest) else None


def _skip_time(story: Story, at: int, end: int) -> int | None:
    """After `said on Monday` and `said in a statement`: where the clause begins."""
    match = WHEN.match(story.unquoted, at, end)
    return match.end() if match else at


def _clause_before(story: Story, start: int, end: int) -> Indirect | None:
    """`..., the minister said on Monday.` and `..., said the minister.`"""
    cues = [
        cue
        for cue in SPEECH.finditer(story.unquoted, start, end)
        if cue[0].lower() not in SPOKEN and not NOT_SPOKEN.search(story.unquoted, start, cue.start())
    ]
    for cue in reversed(cues):
        if not TAIL.match(story.unquoted, cue.end(), end) or THAT.match(story.unquoted, cue.end(), end):
            continue
        comma = story.unquoted.rfind(", ", start, cue.start() + 1)
        if comma <= start:
            continue
        if story.unquoted[comma + 1 : cue.start()].strip():
            source, stop = subject_before(story, comma + 1, cue.start()), comma
        elif _is_empty(story, cue.end(), end):
            comma = story.unquoted.rfind(", ", start, comma)
            source, stop = subject_before(story, comma + 1, cue.start()) if comma > start else None, comma
        else:
            source, stop = _inverted(story, start, comma, cue, end), comma
        if source is not None and _is_whole(story, source, stop, cue.start()):
            return _indirect(story, start, _apposition_start(story, start, stop), cue[0], source)
    return None


def _inverted(story: Story, start: int, comma: int, cue: re.Match[str], end: int) -> Source | None:
    """The subject after the verb; None where the words before it are no clause, but its subject."""
    named = story.named_in(start, comma)
    words = "".join(
        " " if any(each.start <= at < each.end for each in named) else story.unquoted[at]
        for at in range(start, comma)
    )
    source = subject_after(story, cue.end(), end)
    is_clause = cue[0].casefold() not in IN_ENGLISH or FINITE.search(words)
    if source is None or not is_clause:
        return None
    first = source.text.split()[0]
    return None if first[0].isdigit() or first.endswith("ing") else source


def _is_empty(story: Story, start: int, end: int) -> bool:
    """Whether no subject follows the verb: nothing, or only when and to whom."""
    when = WHEN.match(story.unquoted, start, end)
    rest = story.unquoted[when.end() if when else start : end].strip()
    return not rest or rest.startswith(("reporters", "to ", "after ", "before ", "during ", "when "))


def _is_whole(story: Story, source: Source, comma: int, cue: int) -> bool:
    """Whether nothing but a title stands between the comma and the speaker before the verb."""
    most = 0 if source.is_pronoun else 5
    return source.start > cue or len(story.unquoted[comma + 1 : source.start].split()) <= most


def _apposition_start(story: Story, start: int, comma: int) -> int:
    """Where the speaker's words begin: `..., the regional head, Oleksandr Prokopenko, said`."""
    before = story.unquoted.rfind(", ", start, comma)
    words = story.unquoted[before + 2 : comma] if before > 0 else ""
    is_role = ROLE.match(words) and len(words.split()) <= 7 and not FINITE.search(POSSESSIVE.sub("", words))
    return before if before > start and is_role else comma


def _indirect(story: Story, start: int, end: int, cue: str, source: Source | None) -> Indirect | None:
    content = story.text[start:end]
    start += len(content) - len(content.lstrip(" ,"))
    kept = story.text[start:end].rstrip(" ,.;:")
    if len(kept.split()) < FEWEST_WORDS:
        return None
    return Indirect(start, start + len(kept), cue, source)
