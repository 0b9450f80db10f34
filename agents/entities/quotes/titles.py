"""What stands in marks and is somebody's sentence, or else a title, a name or a term."""

import re

from agents.entities.quotes.marks import Quoted
from agents.entities.quotes.story import Story

WHAT = re.compile(r"\b(?:what|which)\s+(?:\S+\s+){1,4}$")
CONTENT_WORDS = re.compile(r"[^\W\d_]+")
SMALL = frozenset("a an the of and or in on at to for with by from de la le der die das el".split())
#: Nouns and verbs before a title, a name or a term, none of which anybody says.
NAMING = re.compile(
    r"\b(?:called|titled|entitled|dubbed|nicknamed|named|known as|so-called|the (?:words?|terms?|phrases?"
    r"|letters?|name|nickname|title|label|slogan|motto|code ?name|film|movie|song|single|book|novel|album"
    r"|series|show|play|poem|painting|exhibition|documentary|podcast|musical|opera|hit|track|programme"
    r"|program|hashtag|password|ship|ferry|banner|sign|headline)"
    r"|(?:film|movie|song|single|book|novel|album|series|poem|painting|documentary|musical|opera"
    r"|singles|songs|films|ship|ferry|trawler|yacht|operation)"
    r"|(?:the|an?|his|her|their|its|['’]s?) (?:[\w-]+ )?hits?)[,:]?\s*$",
    re.IGNORECASE,
)


def is_clause(content: str) -> bool:
    """Whether it is more than a few words of somebody's sentence."""
    words = content.split()
    return (
        len(words) >= 7
        or (content.rstrip("”’\"'")[-1:] in tuple(".?!,…") and content[:1].isupper())
        or (len(words) > 2 and content.rstrip("”’\"'")[-1:] in tuple(".?!,"))
    )


def is_title(story: Story, quotation: Quoted) -> bool:
    """Whether it is the title of a work, a name or a term."""
    content = story.text[quotation.start : quotation.end].rstrip(",.")
    words = CONTENT_WORDS.findall(content)
    large = [word for word in words if word[0].isupper()]
    small = [word for word in words if word.islower() and word not in SMALL]
    if len(large) > 1 and not small and content[-1:] not in "?!":
        return True
    before = story.unquoted[max(0, quotation.opened - 40) : quotation.opened]
    return bool(NAMING.search(before)) and not WHAT.search(before)
