"""The kind of a page that is no article: a sum of signals for each kind, and what it must reach.

No signal decides alone: articles have short URLs, many teasers and headlines about cookies. Of 1,229
pages with an article one is taken for another: the front page of a firm, with news on it.
"""

import re

from agents.clean.kinds import lists
from agents.clean.kinds.error_words import BODY, TITLE
from agents.clean.kinds.look import Look
from agents.clean.kinds.sums import total
from agents.clean.kinds.wall_words import (
    ADDRESS,
    BOT_BODY,
    BOT_TITLE,
    BUTTON,
    CONSENT,
    CONSENT_TITLE,
    MACHINES,
    PARTNERS,
    REFERENCE,
)
from agents.clean.page.parse import Page
from agents.clean.page.text import word_count

ENOUGH = 1.0
LONG = 60
"""Words of a paragraph that no teaser and no wall has."""
MANY = 240
"""Words in such paragraphs, after which nothing else is looked at."""
ERROR_WORDS, BOT_WORDS, CONSENT_WORDS = 170, 170, 500
BRIEF = 30
"""Words of prose: that a page is not there is said in fewer."""
BUTTONS = "(//button | //a | //input[@type='submit' or @type='button'])[position() <= 80]"
ERROR_URL = re.compile(r"/(?:[\w-]*not-?found|40[34]|410|50[023]|error|fehler|erreur)(?:[/.?]|$)")


def kind(page: Page, lines: list[str], site: str | None) -> str | None:
    """`home`, `section`, `author`, `search`, `gallery-index`, `error`, `consent` or `bot-wall`, or None."""
    if sum(count for count in map(word_count, lines) if count >= LONG) >= MANY:
        return None
    look = Look(page, lines, site)
    if look.is_claimed and look.words > CONSENT_WORDS:
        return None
    return _wall(look) or lists.kind(look)


def _wall(look: Look) -> str | None:
    if look.words <= BOT_WORDS and _bot_wall(look) >= ENOUGH:
        return "bot-wall"
    if look.words <= ERROR_WORDS and _error(look) >= ENOUGH:
        return "error"
    if look.words <= CONSENT_WORDS and _consent(look) >= ENOUGH:
        return "consent"
    return None


def _error(look: Look) -> float:
    title = _titled(look, TITLE)
    says = len({match[0] for match in BODY.finditer(look.text)})
    is_error_url = bool(ERROR_URL.search(look.page.url))
    return total(
        (title >= 0, 0.6),
        (0 <= title <= 2, 0.3),
        (0 <= title <= 5 and says > 0, 0.2),
        (says > 0, 0.3),
        (says > 1, 0.3),
        (TITLE.search(look.text) is not None, 0.2),
        (look.words < 80, 0.1),
        (is_error_url, 0.3),
        (title > 5, -0.4),
        # A brief on missing files reports on them, and says nothing to somebody who looks for a page.
        (says == 0 and not is_error_url and look.prose >= BRIEF, -0.4),
        *_of_articles(look),
    )


def _bot_wall(look: Look) -> float:
    title = _titled(look, BOT_TITLE)
    says = len({match[0] for match in BOT_BODY.finditer(look.text)})
    machines = sum(group.search(look.text) is not None for group in MACHINES)
    return total(
        (title >= 0, 0.5),
        (0 <= title <= 3, 0.2),
        (title > 5, -0.3),
        (any(map(look.names_site, look.headings)), 0.2),
        (REFERENCE.search(look.text) is not None, 0.5),
        (says > 0, 0.3),
        (says > 2, 0.2),
        (machines > 1, 0.2),
        (machines > 2, 0.2),
        (ADDRESS.search(look.text) is not None, 0.1),
        (look.words > 100, -0.3),
        *_of_articles(look),
    )


def _consent(look: Look) -> float:
    groups = sum(group.search(look.text) is not None for group in CONSENT)
    share = _addressed(look) if groups > 2 else 0.0
    if share < 0.4:
        return 0.0
    title = _titled(look, CONSENT_TITLE)
    return total(
        (share > 0.6, 0.3),
        (groups > 3, 0.2),
        (groups > 4, 0.2),
        (0 <= title <= 4, 0.4),
        (PARTNERS.search(look.text) is not None, 0.3),
        (_buttons(look.page) > 0, 0.2),
        (_buttons(look.page) > 1, 0.1),
        (look.words > 250, -0.2),
        (title < 0 and any(word_count(each) > 3 for each in look.headings), -0.4),
        *_of_articles(look),
    )


def _of_articles(look: Look) -> list[tuple[bool, float]]:
    return [
        (look.is_claimed, -0.5),
        (look.is_dated, -0.3),
        (look.prose > 120 and look.cards.number < 3, -0.2),
    ]


def _titled(look: Look, words: re.Pattern[str]) -> int:
    """How many words a title has beside these, in the title that has fewest; -1 where none has them."""
    rests = [
        word_count(f"{title[: match.start()]} {title[match.end() :]}")
        for title in look.titles
        if (match := words.search(title)) is not None
    ]
    return min(rests, default=-1)


def _addressed(look: Look) -> float:
    """The share of the text in lines about consent in which the site speaks to its reader."""
    words = ours = 0
    for each in look.text.split("\n"):
        count = word_count(each)
        words += count
        if ADDRESS.search(each) and any(group.search(each) for group in CONSENT):
            ours += count
    return ours / max(1, words)


def _buttons(page: Page) -> int:
    texts = (each.get("value") or "".join(each.itertext()) for each in page.tree.xpath(BUTTONS))
    return sum(len(text) < 60 and BUTTON.match(text.casefold()) is not None for text in texts)
