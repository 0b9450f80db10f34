"""The lines after the end: permission to republish, newsletters, follow us, the notice of copyright."""

import re

from agents.clean.text import word_count

BOILERPLATE = re.compile(
    r"permission to republish|republish (?:this|our) (?:article|story)|creative commons|all rights reserved"
    r"|alle rechte vorbehalten|tous droits r[eé]serv[eé]s|todos los derechos reservados"
    r"|^\s*(?:©|\(c\) |copyright\b)"
    r"|(?:follow|like|join|find) us on\b|folgen sie uns|suivez[- ]nous|s[ií]guenos"
    r"|(?:sign up|subscribe)\b.{0,40}\b(?:newsletter|updates|inbox)"
    r"|support(?:ing)? (?:our|independent) .{0,30}(?:news|journalism)"
    r"|newsletter (?:abonnieren|anmelden)|abonnez-vous|suscr[ií]bete|inscrivez-vous",
    re.IGNORECASE,
)
ATTRIBUTION = re.compile(
    r"(?:attribution to (?:the )?author|credit (?:to )?(?:the )?author|written by)\s+"
    r"((?:[^\W\d_][\w.'’-]*\s+){0,3}?[A-Z][\w'’-]+)(?=\s+(?:and|at|of|for|with)\b|[.,;)]|\s*$)"
)
MAX_WORDS = 60
MAX_TAIL = 5


def part_tail(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs of the article, and those after its end."""
    end = len(paragraphs)
    while end > max(1, len(paragraphs) - MAX_TAIL) and is_boilerplate(paragraphs[end - 1]):
        end -= 1
    return paragraphs[:end], paragraphs[end:]


def is_boilerplate(paragraph: str) -> bool:
    """Whether it is about the site rather than the story. Long paragraphs never are."""
    return bool(BOILERPLATE.search(paragraph)) and word_count(paragraph) <= MAX_WORDS


def attributed_to(tail: list[str]) -> list[str]:
    """The author named in a permission to republish."""
    return [found[1] for each in tail if (found := ATTRIBUTION.search(each))]
