"""Who a pronoun or a role stands for: `she`, `the minister`, `the bank`."""

import re

from agents.entities.people.first_names import MAN, WOMAN, Gender, gender
from agents.entities.quotes.sources import Source
from agents.entities.quotes.story import Named, Story

GENDER_OF_PRONOUN: dict[str, Gender] = {
    **dict.fromkeys(("he", "er", "il", "él", "lui", "egli", "ele", "hij"), "m"),
    **dict.fromkeys(("she", "elle", "ella", "lei", "ela", "sie"), "f"),
}
DEFINITE = re.compile(r"(?:the|der|die|das|le|la|el|il|lo|de|het|l['’])(?:\s+|(?<=['’]))", re.IGNORECASE)
#: Roles of persons whose holder may be named without the role, and of organisations whose name need not
#: have the word.
ORGANISATION = frozenset(
    (
        "company firm group bank airline maker club team union charity university party carrier"
        " manufacturer retailer operator newspaper paper broadcaster network channel institute school"
        " hospital museum federation association league lender insurer utility giant startup start-up"
        " brewer producer supplier developer builder brand publisher station website site magazine"
        " daily"
    ).split()
)
PERSONS = frozenset(
    (
        "coach chief captain boss head judge star mayor bishop chef priest nurse spokesman"
        " spokeswoman guard president deacon archdeacon vicar king queen prince princess pilot guide"
        " clerk agent host poet mother father brother sister son daughter widow couple bride teenager"
        " student scientist physicist patient witness victim suspect defendant candidate resident"
        " parent tenant client monk nun imam rabbi skip"
    ).split()
)
NO_PERSONS = frozenset(
    (
        "chamber number paper letter order newspaper computer weather river tower centre center water"
        " border government user matter summer winter manner power floor door motor error sector"
        " reactor plan"
    ).split()
)
WORDS = re.compile(r"[\w-]+")
CLAUSE_END = re.compile(r"[.;!?\n]")
AGE = re.compile(r"\d+-year-old")
POSSESSIVE = re.compile(r"['’]s\b")
#: The end of a lead in which the name is no subject: `the lawyer of `.
AFTER_PREPOSITION = re.compile(r"\b(?:of|for|to|with|by|from|against|about)\s++(?:[\w.'’-]++\s++)?$")
#: How far before or after a name its role may stand.
NEAR = 60


def resolve(story: Story, source: Source) -> Named | None:
    """The mention that the source stands for, if it is one of a name; None where it is not clear."""
    if source.named is not None:
        return source.named
    before = [each for each in story.named if each.end <= source.start and not story.is_quoted(each.start)]
    if source.is_pronoun:
        return _of_pronoun(story, source, before)
    return _of_role(story, source, before)


def _of_pronoun(story: Story, source: Source, before: list[Named]) -> Named | None:
    word = source.text.casefold()
    if word in ("it", "they", "ils", "elles", "ze"):
        kinds = ("organisation", "group") if word != "it" else ("organisation",)
        latest = [each for each in before if each.type in kinds]
        return latest[-1] if latest and _is_near(story, latest[-1], source) else None
    wanted = GENDER_OF_PRONOUN.get(word)
    fitting = [each for each in before if each.type == "person" and gender_of(story, each) in (wanted, None)]
    # The table of first names errs: where nobody fits, it does not count.
    return _most_likely(story, fitting or [each for each in before if each.type == "person"], source)


def _of_role(story: Story, source: Source, before: list[Named]) -> Named | None:
    article = DEFINITE.match(source.text)
    if article is None:
        return None
    words = WORDS.findall(source.text[article.end() :].casefold())
    head = _head(words)
    if head in ORGANISATION and (inside := _named_before(story, source, head)):
        return inside
    persons = [each for each in before if each.type == "person"]
    bearing = [each for each in persons if _has_role(story, each, head)]
    if bearing:
        return bearing[-1]
    organisations = [each for each in before if each.type == "organisation"]
    named_so = [each for each in organisations if head in each.name.casefold().split()]
    called_so = [each for each in named_so if each.name.casefold().split()[-1] == head]
    if named_so:
        return (called_so or named_so)[-1]
    if head in ORGANISATION:
        fitting = [
            each
            for each in organisations
            if len({other.entity for other in organisations}) == 1 or _has_role(story, each, head)
        ]
        return fitting[-1] if fitting else None
    has_complement = any(word in ("of", "for", "from", "in", "at") for word in words)
    if AGE.fullmatch(head) or (_is_of_person(head) and not has_complement):
        return _most_likely(story, persons, source)
    return None


def _named_before(story: Story, source: Source, head: str) -> Named | None:
    """The organisation whose kind the head says: `the RMT union`."""
    own = [each for each in story.named_in(source.start, source.end) if each.type == "organisation"]
    after = story.text[own[-1].end : source.end].casefold() if own else ""
    return own[-1] if after.strip() == head else None


def _head(words: list[str]) -> str:
    """The word that the others describe: the last before `of`, `for`, `who`."""
    for i, word in enumerate(words):
        if word in ("of", "for", "from", "at", "in", "who", "with", "on", "to") and i:
            return words[i - 1]
    return words[-1] if words else ""


def _is_of_person(head: str) -> bool:
    return head in PERSONS or (
        head.endswith(("er", "or", "ist", "ian", "man", "woman", "ant", "ee")) and head not in NO_PERSONS
    )


def _has_role(story: Story, named: Named, head: str) -> bool:
    """Whether the word stands at the name: `mayor Anna Berg`, `Anna Berg, the mayor of Lund`."""
    text = story.text
    first = max(
        [
            named.start - NEAR,
            0,
            *(each.end for each in story.named if each.end <= named.start and each.type == "person"),
        ]
    )
    last = min(
        [
            named.end + NEAR,
            len(text),
            *(each.start for each in story.named if each.start >= named.end and each.type == "person"),
        ]
    )
    before = CLAUSE_END.split(text[first : named.start])[-1]
    after = CLAUSE_END.split(text[named.end : last])[0]
    if head in WORDS.findall(before.casefold()):
        return True
    return after.startswith((",", " is", " was", " (", "'s", "’s")) and head in WORDS.findall(
        after.casefold()
    )


def gender_of(story: Story, named: Named) -> Gender | None:
    if named.entity not in story.genders:
        story.genders[named.entity] = _gender_of(story, named)
    return story.genders[named.entity]


def _gender_of(story: Story, named: Named) -> Gender | None:
    """By the title before a mention, else by the first name."""
    for each in story.named:
        if each.entity == named.entity:
            before = story.text[max(0, each.start - 20) : each.start]
            if MAN.search(before):
                return "m"
            if WOMAN.search(before):
                return "f"
    return gender(named.name)


def _most_likely(story: Story, fitting: list[Named], source: Source) -> Named | None:
    """The nearest subject: in the same paragraph, then in the one before; else the nearest of all."""
    here = story.paragraph(source.start)
    for paragraph in (here, here - 1):
        nearby = [each for each in fitting if story.paragraph(each.start) == paragraph]
        subjects = [each for each in nearby if _is_subject(story, each)]
        if subjects:
            return subjects[-1]
        if nearby:
            return nearby[-1]
    return fitting[-1] if fitting else None


def _is_subject(story: Story, named: Named) -> bool:
    """Whether a sentence begins with the name, or with its role and then the name."""
    start, end = story.paragraphs[story.paragraph(named.start)]
    for first, last in story.sentences(start, end):
        if first <= named.start < last:
            lead = story.unquoted[first : named.start]
            return (
                len(lead.split()) <= 8
                and not AFTER_PREPOSITION.search(lead)
                and not POSSESSIVE.match(story.text, named.end)
            )
    return False


def _is_near(story: Story, named: Named, source: Source) -> bool:
    return story.paragraph(source.start) - story.paragraph(named.start) <= 1
