"""Lines before the story (kicker, byline) and after it (permission to republish, follow us, copyright)."""

import re
from collections.abc import Callable, Iterable

from agents.clean.page.text import REPEATABLE_WORDS, UNSPACED, fold, word_count

BOILERPLATE = re.compile(
    r"^\(?(?:additional )?(?:reporting|editing) by\b|permission to republish"
    r"|republish (?:this|our) (?:article|story)|creative commons|all rights reserved"
    r"|alle rechte vorbehalten|tous droits r[eé]serv[eé]s|todos los derechos reservados"
    r"|^\s*(?:©|\(c\) |copyright\b)"
    r"|(?:follow|like|join|find) us on\b|folgen sie uns|suivez[- ]nous|s[ií]guenos"
    r"|support(?:ing)? (?:our|independent) .{0,30}(?:news|journalism)"
    r"|\b(?:article|story|post|piece)\b.{0,40}\b(?:first|originally) (?:published|appeared)\b(?! in \d)"
    r"|^(?:first|originally) (?:published|appeared) (?:in|on|at|by)\b|\bappeared first on\b"
    r"|(?:artikel|beitrag|text) (?:ist |wurde )?(?:erschien|zuerst|ursprünglich)"
    r"|article a (?:d'abord )?(?:été publié|paru)"
    r"|art[ií]culo (?:fue|se) public|^share this (?:article|story|post)"
    r"|abonnez-vous|suscr[ií]bete",
    re.IGNORECASE,
)
INVITATION = re.compile(
    r"\b(?:sign up|subscribe|register)\b.{0,50}\b(?:newsletters?|updates|inbox|briefing|alerts)\b",
    re.IGNORECASE,
)
#: An invitation speaks to its reader: `Residents can register for alerts` does not.
READER = re.compile(
    r"^\W*(?:sign|subscribe|register)|\b(?:our|your|here|you|us|get|receive)\b", re.IGNORECASE
)
SIGN_UP = re.compile(
    r"\bnewsletter\b.{0,40}\b(?:abonnieren|anmelden|bestellen|inbox|posteingang|delivered"
    r"|iscri\w+|inscri\w+)\b"
    r"|\b(?:abonnez|inscrivez)-vous\b.{0,60}\b(?:newsletter|infolettre|lettre|alertes?)\b"
    r"|\bsuscr[ií]b[ae]\w*\b.{0,40}\b(?:bolet[ií]n|newsletter)\b"
    r"|\biscriviti\b.{0,40}\bnewsletter\b|\bassine\b.{0,40}\bnewsletter\b"
    r"|\bmeld je aan\b.{0,40}\bnieuwsbrief|\banmäl dig\b.{0,40}\bnyhetsbrev"
    r"|\bmeld deg på\b.{0,40}\bnyhetsbrev|メルマガ.{0,20}(?:登録|購読)"
    r"|뉴스레터.{0,20}(?:구독|신청)",
    re.IGNORECASE,
)
ATTRIBUTION = re.compile(
    r"(?:^\(?[Rr]eporting by\s+([^;()]{3,120})"
    r"|(?:attribution to (?:the )?author|credit (?:to )?(?:the )?author|written by)\s+"
    r"((?:[^\W\d_][\w.'’-]*\s+){0,3}?[A-Z][\w'’-]+)(?=\s+(?:and|at|of|for|with)\b|[.,;)]|\s*$))"
)
SENTENCES = re.compile(r"(?<=[.!?…。！？])[\"”’»)]{0,3}\s++|(?<=[。！？])(?=[^\s”’」）])")
OPENING = ("“", "„", "«", "»", '"', "‹", "「", "『")
"""What somebody says is no notice of the site."""
MAX_WORDS = 60
MAX_TAIL = 5
MAX_HEAD = 4
KICKER_WORDS = 3
CHARACTERS = 3
"""A word's, in scripts without spaces."""
ENDS = '.!?…:"”»“’)。！？」'
BY = re.compile(r"(?:by|von|par|por|door|av|af)\s", re.IGNORECASE)
BYLINE_WORDS = 10
"""Of `By Ann Lee, Transport Minister`."""
BYLINE_REST = 12
"""Letters beside the names: `von`, `texte`, `and`."""


def without_head(
    paragraphs: list[str], authors: Iterable[str], is_date: Callable[[str], bool] = lambda _: False
) -> list[str]:
    """The paragraphs without kicker, byline and date at the beginning."""
    names = [fold(author) for author in authors]
    start = 0
    while start < min(MAX_HEAD, len(paragraphs) - 1) and (
        _is_head(paragraphs[start], names) or is_date(paragraphs[start])
    ):
        start += 1
    return paragraphs[start:]


def _is_head(paragraph: str, names: list[str]) -> bool:
    """Whether it is a byline, `By A and B`, or a kicker: a few words without the end of a sentence."""
    most = KICKER_WORDS * (CHARACTERS if UNSPACED.search(paragraph) else 1)
    if word_count(paragraph) <= most and paragraph[-1] not in ENDS:
        return True
    rest = fold(paragraph)
    for name in names:
        rest = rest.replace(name, "")
    if len(rest) == len(fold(paragraph)):
        return False
    with_role = BY.match(paragraph) is not None and word_count(paragraph) <= BYLINE_WORDS
    return with_role or len(rest) <= BYLINE_REST


def split_tail(paragraphs: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs of the article, and those after its end."""
    end = len(paragraphs)
    while end > max(1, len(paragraphs) - MAX_TAIL) and is_boilerplate(paragraphs[end - 1]):
        end -= 1
    return paragraphs[:end], paragraphs[end:]


def is_boilerplate(paragraph: str) -> bool:
    """Whether a paragraph is about the site and not about the story. Long paragraphs never are."""
    if paragraph.startswith(OPENING) or word_count(paragraph) > MAX_WORDS:
        return False
    return is_invitation(paragraph) or BOILERPLATE.search(paragraph) is not None


def is_invitation(text: str) -> bool:
    """To a newsletter: `Sign up for our daily briefing`."""
    return bool(SIGN_UP.search(text) or (INVITATION.search(text) and READER.search(text)))


def attributed_to(tail: list[str]) -> list[str]:
    """The authors named in a permission to republish, or in `Reporting by`, as in wire stories."""
    return [match[1] or match[2] for match in map(ATTRIBUTION.search, tail) if match]


def without_repeats(paragraphs: list[str]) -> list[str]:
    """The paragraphs without those that are a single sentence of another one: it was pasted twice."""
    sentences = [[fold(each) for each in SENTENCES.split(paragraph)] for paragraph in paragraphs]
    within = {sentence for several in sentences if len(several) > 1 for sentence in several}
    alone = zip(paragraphs, sentences, strict=True)
    return [
        paragraph
        for paragraph, parts in alone
        if len(parts) > 1 or parts[0] not in within or word_count(paragraph) < REPEATABLE_WORDS
    ]
