"""Who the words before or after a verb of speech name: a person, an organisation, a pronoun or a role."""

import re
from dataclasses import dataclass

from agents.entities.quotes.cues import SPEECH
from agents.entities.quotes.story import Named, Story

PRONOUN = re.compile(
    r"(?<!\w)(?:he|she|they|it|I|we|er|sie|il|elle|ils|elles|él|ella|ellos|ellas|lui|lei|egli|ele|ela|eles"
    r"|elas|hij|zij|ze)\b",
    re.IGNORECASE,
)
#: A pronoun that a clause of its own begins with, before the verb.
LAST_PRONOUN = re.compile(rf"(?:(?<=[,;] )|(?<= that )){PRONOUN.pattern}$", re.IGNORECASE)
ARTICLE = re.compile(
    r"(?:the|a|an|one|his|her|its|their|der|die|das|den|dem|ein|eine|einem|einer|le|la|les|un|une|el|los|las"
    r"|una|lo|gli|i|uno|o|os|as|um|uma|de|het|een|son|sa|ses|su|sus|suo|sua|seu|dessen|deren|sein|seine|ihr"
    r"|ihre|zijn|haar)\s+"
    r"|(?:l|un|dell|all|d)['’]",
    re.IGNORECASE,
)
#: Before a name that is not who speaks: `a spokesman for Nordlys`, `after talks with Merkel`.
COMPLEMENT = re.compile(
    r"\b(?:for|of|to|from|with|by|against|at|in|on|about|than|like|near|under|over|after|before|between|and"
    r"|or|de|du|des|del|della|di|da|do|von|vom|des|der|voor|van|met)"
    r"\s+(?:(?:the|a|an|his|her|its|la|le|el|den|dem|der|die|het)\s+)?(?:[\w.'’-]+\s+){0,2}$",
    re.IGNORECASE,
)
POSSESSIVE = re.compile(r"['’]s?\s")
#: What opens a sentence before its subject: `In a statement,` and `But`.
LEADING = re.compile(
    r"^(?:[\s\x01,;:–—-]|(?:But|And|So|Then|Still|Yet|Later|Meanwhile|However|Earlier|Also|Instead"
    r"|Afterwards|Asked|On|In|At|After|Before|During|When|As"
    r"|While|Speaking|For|By|With|From|Since|Until|Despite|Under|Among|Outside|Following)\b[^,]{0,80},\s*+|(?:But"
    r"|And|So|Then|Yet|Still|Later|Meanwhile|Earlier|Also)\s++)++",
)
#: Where the words of a clause before the subject end.
CLAUSE = re.compile(
    r"[;:–—]\s|,\s+(?:and|but|while|though|although|because|as|when|so|or|after|before)\s+"
    r"|\s(?:but|because|although|though|while|after|before|since|until|where|if|for what|what)\s",
    re.IGNORECASE,
)
RELATIVE = re.compile(r",?\s(?:who|which|that)\s*$")
AUXILIARY = re.compile(
    r"\s(?:has|have|had|also|then|later|once|often|still|never|has also|ha|a|hat|heeft|ont|hanno|haben|avait"
    r"|aveva|havia|tem|wird|was|were|is|are|be|been|will|would|may|might"
    r"|could|can|should|must|do|does|did)$|\s\w+ly$",
    re.IGNORECASE,
)
NOBODY = re.compile(
    r"(?:someone|somebody|no one|nobody|it (?:was|is|has been)|jemand|quelqu'un|alguien|qualcuno|alguém"
    r"|iemand)\b",
    re.IGNORECASE,
)
#: Where the words of a subject after its verb end.
SUBJECT_END = re.compile(
    r"[;:–—.!?\x01]|,\s|\s(?:who|which|that|when|as|after|before|while|during|on|in an?|in the|in its|in his"
    r"|in her|in their|at a|at the|to|with|last|this|yesterday|today|adding|referring|told|because|if|later"
    r"|published|released|issued|commissioned|seen by|obtained|led by|shouted)\b"
)
WORD = re.compile(r"[\w’'.-]+")
MOST_WORDS = 14
#: Types of entities beside persons that can say something.
SPEAKING = frozenset(("organisation", "place", "work", "group"))


@dataclass(frozen=True, slots=True)
class Source:
    """The words that name a speaker, and the mention in them, if it is one."""

    start: int
    end: int
    text: str
    named: Named | None = None
    is_pronoun: bool = False


def subject_after(story: Story, start: int, end: int) -> Source | None:
    """Who is named after the verb: `said Anna Berg, the mayor`, `said the mayor, Anna Berg`."""
    stretch = story.unquoted[start:end]
    start += len(stretch) - len(stretch.lstrip())
    if pronoun := PRONOUN.match(story.unquoted, start, end):
        return _pronoun(story, pronoun)
    if NOBODY.match(story.unquoted, start, end):
        return None
    stop = SUBJECT_END.search(story.unquoted, start, end)
    first_end = stop.start() if stop else end
    named = _speaking(story, start, first_end)
    comma = story.unquoted.find(", ", start, end)
    if named is None and comma > 0:
        named = _apposition(story, start, comma + 2, end)
    return _source(story, start, first_end, named)


def subject_before(story: Story, start: int, end: int, *, of_participle: bool = False) -> Source | None:
    """Who is named before the verb: `Anna Berg, the mayor of Lund, said`, `a spokesman for Nordlys said`.

    Of a participle it is the subject of the sentence: `Nordlys shut the plant, saying ...`.
    """
    if of_participle:
        return _head_of_sentence(story, start, end)
    end = _without_auxiliaries(story, start, end)
    if relative := RELATIVE.search(story.unquoted, start, end):
        end = relative.start()
    start = max(
        [start, *(each.end() for each in CLAUSE.finditer(story.unquoted, start, end) if each.end() < end)]
    )
    if lead := LEADING.match(story.unquoted[start:end]):
        inside = story.unquoted[start + lead.end() : end].strip(" ,")
        start += lead.end() if inside else 0
    stretch = story.unquoted[start:end]
    start += len(stretch) - len(stretch.lstrip(" ,\x01"))
    kept_end = start + len(story.unquoted[start:end].rstrip(" ,"))
    last = LAST_PRONOUN.search(story.unquoted, start, kept_end)
    pronoun = PRONOUN.match(story.unquoted, start, kept_end) or last
    if pronoun and not NOBODY.match(story.unquoted, start):
        return _pronoun(story, pronoun)
    if AUXILIARY.fullmatch(" " + story.unquoted[start:kept_end]):
        return None
    named = _speaking(story, start, kept_end)
    return _source(story, start, kept_end, named)


def _head_of_sentence(story: Story, start: int, end: int) -> Source | None:
    named = [each for each in story.named_in(start, end) if each.type in ("person", "organisation")]
    asked = SPEECH.search(story.unquoted, start, named[0].start if named else end)
    if asked is not None and (head := subject_before(story, start, asked.start())):
        return head
    if pronoun := PRONOUN.match(story.unquoted, start, end):
        return _pronoun(story, pronoun)
    return Source(named[0].start, named[0].end, named[0].text, named[0]) if named else None


def _without_auxiliaries(story: Story, start: int, end: int) -> int:
    end = start + len(story.unquoted[start:end].rstrip(" ,"))
    while auxiliary := AUXILIARY.search(story.unquoted, start, end):
        end = auxiliary.start()
    return end


def _speaking(story: Story, start: int, end: int) -> Named | None:
    """The mention that is who speaks, in the words of a subject: a person, else what the words end with."""
    free = [each for each in story.named_in(start, end) if not _is_complement(story, start, each)]
    persons = [each for each in free if each.type == "person"]
    if persons:
        return persons[0]
    heads = [each for each in free if each.type in SPEAKING and _is_head(story, each, end)]
    return heads[0] if heads else None


def _is_head(story: Story, named: Named, end: int) -> bool:
    """Whether the words end with the name, or something is put beside it: not `a Western diplomat`."""
    rest = story.unquoted[named.end : end].strip()
    return not rest or rest.startswith((",", "("))


def _is_complement(story: Story, start: int, named: Named) -> bool:
    before = story.unquoted[start : named.start]
    after = story.unquoted[named.end : named.end + 3]
    return bool(COMPLEMENT.search(before)) or bool(POSSESSIVE.match(after))


def _apposition(story: Story, start: int, comma: int, end: int) -> Named | None:
    """The person that a role is explained by: `said the mayor, Anna Berg`."""
    if not ARTICLE.match(story.unquoted, start) and "'s " not in story.unquoted[start:comma].replace(
        "’", "'"
    ):
        return None
    persons = [each for each in story.named_in(comma, end) if each.type == "person"]
    return persons[0] if persons and not story.unquoted[comma : persons[0].start].strip() else None


def _source(story: Story, start: int, end: int, named: Named | None) -> Source | None:
    if named is not None:
        return Source(named.start, named.end, named.text, named)
    words = list(WORD.finditer(story.unquoted, start, end))
    if not words or len(words) > MOST_WORDS or NOBODY.match(story.unquoted, start):
        return None
    first_comma = story.unquoted.find(",", start, end)
    stop = first_comma if first_comma > 0 else end
    text = story.text[start:stop].strip(" ,")
    return Source(start, start + len(text), text) if text else None


def _pronoun(story: Story, match: re.Match[str]) -> Source:
    return Source(match.start(), match.end(), match[0], is_pronoun=True)
