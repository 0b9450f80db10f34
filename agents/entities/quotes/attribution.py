"""Which words around a quotation say who said it."""

import re
from dataclasses import dataclass, replace
from typing import Literal

from agents.entities.quotes.cues import ACCORDING_TO, ANY, OF_WORDS, SPEECH
from agents.entities.quotes.marks import Quoted
from agents.entities.quotes.sources import AUXILIARY, NOBODY, PRONOUN, Source, subject_after, subject_before
from agents.entities.quotes.story import Named, Story
from agents.entities.quotes.titles import is_clause, is_title

#: Between a verb and the opening mark: `asked reporters on Monday:`, `said that`.
BEFORE_MARK = re.compile(r"[^.;!?\x01]{0,100}")
SENTENCE_STOP = re.compile(r"[.!?]\s*+(?:$|(?<=\s)[A-Z])")
#: What says something only because it is written on it.
SIGN_SAYS = re.compile(
    r"\b(?:signs?|banners?|placards?|posters?|t-shirts?|plaques?|labels?|murals?|graffiti|stickers?"
    r"|tattoos?)\b"
    r"(?=[^.;]{0,80}\b(?:says?|said|reads?|reading|saying)\b[:,]?\s{0,3}$)",
    re.IGNORECASE,
)
OBJECT = re.compile(r"\b(?:which|that|what)\b")
PASSIVE = re.compile(r"\b(?:is|was|were|been|being|be|are)\s+$")
BY = re.compile(r"\s+by\s+")
#: A line that begins with so few words and a colon is an interview's.
LABEL_WORDS = 3
#: Between a quotation and the verb.
SUBJECT_WORDS = 25
ANSWER = frozenset(("a", "answer"))


@dataclass(frozen=True, slots=True)
class Attribution:
    """The verb of speech and who it is about; either may be missing."""

    cue: str | None
    source: Source | None
    place: Literal["before", "after", "inside", "near", "none"] = "none"
    end: int = 0


def attribute(story: Story, index: int, earlier: list[Attribution | None]) -> Attribution | None:
    """What says who said the quotation of this index; None where it is no quotation."""
    quotation = story.quotations[index]
    start, end = _frame(story, index)
    if SIGN_SAYS.search(story.unquoted, start, quotation.opened):
        return None
    if index and (same := _interrupted(story, index, earlier)):
        return same
    attribution = _after(story, quotation, end) or _before(story, start, quotation)
    if attribution:
        return attribution
    if index and (same := _continued(story, index, earlier)):
        return same
    is_sentence = is_clause(story.text[quotation.start : quotation.end])
    if near := _in_sentence(story, start, quotation, end):
        return near if not is_title(story, quotation) else None
    if not is_sentence or is_title(story, quotation):
        return None
    return _bare(story, index, earlier)


def _frame(story: Story, index: int) -> tuple[int, int]:
    """The start of the quotation's sentence, and the end of the paragraph or the next quotation."""
    quotation = story.quotations[index]
    start, end = story.paragraphs[story.paragraph(quotation.opened)]
    if index and story.quotations[index - 1].closed > start:
        start = story.quotations[index - 1].closed
    if index + 1 < len(story.quotations):
        end = min(end, story.quotations[index + 1].opened)
    sentences = story.sentences(start, quotation.opened)
    is_new = bool(SENTENCE_STOP.search(story.unquoted[start : quotation.opened].rstrip()[-1:]))
    first = quotation.opened if is_new else sentences[-1][0] if sentences else start
    return first, max(end, quotation.closed)


def _after(story: Story, quotation: Quoted, end: int) -> Attribution | None:
    """`"...," she said`, `"...," said Anna Berg, the mayor`."""
    stretch = story.unquoted[quotation.closed : end]
    if _is_new_sentence(story, quotation, stretch):
        return None
    start = quotation.closed + len(stretch) - len(stretch.lstrip(" ,–—-"))
    first = story.sentences(start, end)
    stop = first[0][1] if first else end
    if according := ACCORDING_TO.match(story.unquoted, start):
        return Attribution(according[0].strip(), subject_after(story, according.end(), stop), "after", stop)
    cue = SPEECH.search(story.unquoted, start, stop)
    if cue is None:
        return None
    between = story.unquoted[start : cue.start()]
    if not between.strip(" ,") or AUXILIARY.fullmatch(f" {between.strip()}"):
        return Attribution(cue[0], subject_after(story, cue.end(), stop), "after", stop)
    source = subject_before(story, start, cue.start())
    has_subject = source is not None or NOBODY.match(between.strip())
    is_near = len(between.split()) <= SUBJECT_WORDS and not ANY.search(between)
    return Attribution(cue[0], source, "after", stop) if has_subject and is_near else None


def _is_new_sentence(story: Story, quotation: Quoted, stretch: str) -> bool:
    """Whether what follows is no part of the quotation's sentence."""
    content = story.text[quotation.start : quotation.end].rstrip("”’\"' ")
    opening = stretch.lstrip()
    return content.endswith(".") and not opening.startswith(",") and not opening[:1].islower()


def _before(story: Story, start: int, quotation: Quoted) -> Attribution | None:
    """`Anna Berg said to reporters: "..."`, `Berg: "..."`."""
    stretch = story.unquoted[start : quotation.opened]
    cues = [
        cue
        for cue in SPEECH.finditer(story.unquoted, start, quotation.opened)
        if BEFORE_MARK.fullmatch(story.unquoted, cue.end(), quotation.opened)
    ]
    is_colon = stretch.rstrip().endswith(":")
    content = story.text[quotation.start : quotation.end]
    adjacent = is_colon or stretch.rstrip().endswith(",") or is_clause(content)
    if cues and adjacent and not is_title(story, quotation):
        for cue in cues:
            source = subject_before(story, start, cue.start(), of_participle=cue[0].endswith("ing"))
            if source is not None:
                return Attribution(cue[0], source, "before", quotation.opened)
        return Attribution(cues[-1][0], None, "before", quotation.opened)
    if is_colon:
        source = _subject_of(story, start, quotation.opened)
        if source is not None:
            return Attribution(None, source, "before", quotation.opened)
    return None


def _subject_of(story: Story, start: int, end: int) -> Source | None:
    """The subject of a sentence that a colon ends: a name or a pronoun at its head; or all, as in `Berg:`."""
    stretch = story.unquoted[start:end]
    start += len(stretch) - len(stretch.lstrip())
    words = story.text[start:end].rstrip(": ")
    if pronoun := PRONOUN.match(story.unquoted, start):
        return Source(pronoun.start(), pronoun.end(), pronoun[0], is_pronoun=True)
    if len(words.split()) <= LABEL_WORDS:
        return Source(start, start + len(words), words, _labelled(story, words)) if words else None
    named = [each for each in story.named_in(start, end) if each.type == "person"]
    return Source(named[0].start, named[0].end, named[0].text, named[0]) if named else None


def _labelled(story: Story, label: str) -> Named | None:
    """The person that a line of an interview begins with, by any of the words of the name."""
    words = set(label.casefold().split())
    persons = {each.entity: each for each in story.named if each.type == "person"}
    fitting = {entity: each for entity, each in persons.items() if words <= set(each.name.casefold().split())}
    if label.casefold() in ANSWER and len(persons) == 1:
        fitting = persons
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _interrupted(story: Story, index: int, earlier: list[Attribution | None]) -> Attribution | None:
    """The rest of a sentence that its source interrupts; further words of it in marks."""
    before, this = story.quotations[index - 1], story.quotations[index]
    last = earlier[index - 1]
    if last is None or story.paragraph(before.opened) != story.paragraph(this.opened):
        return None
    between = story.unquoted[before.closed : this.opened]
    if len(story.sentences(before.closed, this.opened)) > 1 or SENTENCE_STOP.search(between):
        return None
    if last.place in ("after", "inside") and between.rstrip().endswith((",", ";", "–", "—", "-")):
        return replace(last, place="inside")
    if (
        last.place in ("near", "before")
        and last.cue
        and not ANY.search(between)
        and not is_clause(story.text[this.start : this.end])
    ):
        return replace(last, place="near")
    return None


def _continued(story: Story, index: int, earlier: list[Attribution | None]) -> Attribution | None:
    """The rest of a quotation after its source, or another quotation of the same speaker in the paragraph."""
    before, this = story.quotations[index - 1], story.quotations[index]
    last = earlier[index - 1]
    if last is None or story.paragraph(before.opened) != story.paragraph(this.opened):
        return None
    content = story.text[this.start : this.end]
    if last.place == "after" and _is_sentence(story, this):
        content += "."
    if (
        is_clause(content)
        and len(story.sentences(before.closed, this.opened)) <= 2
        and not is_title(story, this)
    ):
        return Attribution(None, last.source, "near")
    return None


def _is_sentence(story: Story, quotation: Quoted) -> bool:
    """Whether it is a sentence whose full stop stands after the closing mark, as in Spanish."""
    before = story.text[max(0, quotation.opened - 2) : quotation.opened].rstrip()
    stops = before[-1:] + story.text[quotation.closed : quotation.closed + 1]
    return story.text[quotation.opened] == "«" and stops == ".."


def _in_sentence(story: Story, start: int, quotation: Quoted, end: int) -> Attribution | None:
    """A verb elsewhere in the sentence, of which the quotation is a few words."""
    stops = [last for first, last in story.sentences(start, end) if last > quotation.closed]
    stop = stops[0] if stops else end
    if according := _according(story, start, quotation, stop):
        return according
    for cue in reversed(list(ANY.finditer(story.unquoted, start, quotation.opened))):
        if PASSIVE.search(story.unquoted, max(start, cue.start() - 8), cue.start()):
            by = BY.match(story.unquoted, quotation.closed, stop)
            return Attribution(cue[0], subject_after(story, by.end(), stop), "near") if by else None
        if _is_naming(story, start, cue, quotation):
            return None
        if source := subject_before(story, start, cue.start()):
            return Attribution(cue[0], source, "near")
    return _later(story, quotation, stop)


def _according(story: Story, start: int, quotation: Quoted, stop: int) -> Attribution | None:
    before = ACCORDING_TO.search(story.unquoted, start, quotation.opened)
    if before and not ANY.search(story.unquoted, before.end(), quotation.opened):
        return Attribution(before[0].strip(), subject_after(story, before.end(), quotation.opened), "near")
    after = ACCORDING_TO.search(story.unquoted, quotation.closed, stop)
    return Attribution(after[0].strip(), subject_after(story, after.end(), stop), "near") if after else None


def _is_naming(story: Story, start: int, cue: re.Match[str], quotation: Quoted) -> bool:
    """Whether the verb only gives a name: `called the "box"`, but not `which she called "a farce"`."""
    is_beside = not story.unquoted[cue.end() : quotation.opened].strip()
    is_call = OF_WORDS.match(cue[0]) and cue[0].lower().startswith("call")
    return bool(is_call) and is_beside and not OBJECT.search(story.unquoted, start, cue.start())


def _later(story: Story, quotation: Quoted, stop: int) -> Attribution | None:
    """A verb after the quotation, with its subject before or after it."""
    cue = SPEECH.search(story.unquoted, quotation.closed, stop)
    if cue is None:
        return None
    comma = story.unquoted.rfind(",", quotation.closed, cue.start())
    subject = subject_before(story, max(quotation.closed, comma + 1), cue.start())
    source = subject or subject_after(story, cue.end(), stop)
    return Attribution(cue[0], source, "near") if source is not None else None


def _bare(story: Story, index: int, earlier: list[Attribution | None]) -> Attribution | None:
    """A quotation with no verb beside it: of two who speak in turn the other, else whoever was named last."""
    quotation = story.quotations[index]
    start, _end = story.paragraphs[story.paragraph(quotation.opened)]
    persons = [each for each in story.named_in(start, quotation.opened) if each.type == "person"]
    if not persons and (other := _in_turn(story, index, earlier)):
        return Attribution(None, other, "none")
    spoken = [each.source for each in earlier if each is not None and each.source is not None]
    if not persons and spoken:
        return Attribution(None, spoken[-1], "none")
    persons = (
        persons[:1] or [each for each in story.named_in(0, quotation.opened) if each.type == "person"][-1:]
    )
    if persons:
        return Attribution(
            None, Source(persons[0].start, persons[0].start, persons[0].text, persons[0]), "none"
        )
    return Attribution(None, None, "none")


def _in_turn(story: Story, index: int, earlier: list[Attribution | None]) -> Source | None:
    """Who spoke before the last, where each of three paragraphs is a quotation and the two before differ."""
    here = story.paragraph(story.quotations[index].opened)
    by_paragraph = {
        story.paragraph(each.opened): spoken for each, spoken in zip(story.quotations, earlier, strict=False)
    }
    last, other = by_paragraph.get(here - 1), by_paragraph.get(here - 2)
    if last is None or other is None or last.source is None or other.source is None:
        return None
    differ = last.source.text.casefold() != other.source.text.casefold()
    return other.source if differ else None
