"""Blocks that are never the story's, however much they look like it: plain rules, applied after the model."""

import re
from functools import lru_cache

from agents.clean.body import cues
from agents.clean.body.blocks import Block, Container

CREDIT = re.compile(
    r"\W{0,3}(?:(?:file|stock|archive)\s)?(?:photograph|photos?|images?|pictures?|pic|credits?"
    r"|fotos?|fotograf[íi]a"
    r"|bild(?:er)?|imagen|imagem|immagine|crédits?|crédito|illustration|grafik|graphic|beeld"
    r"|zdjęcie|kuva|valokuva"
    r"|фото|фотография|写真|画像|图片|圖片|사진)(?:\s(?:by|credits?|von|de|par|di|av|door|courtesy)\b|\s?[:：/©])",
    re.IGNORECASE,
)
AGENCY = re.compile(
    r"\W{0,3}(?:getty images|ap photo|reuters|afp|shutterstock|istock|unsplash|picture alliance"
    r"|imago)\b.{0,40}",
    re.IGNORECASE,
)
REFERENCE = re.compile(
    r"\W{0,3}(?:(?:also )?read (?:more|also|next|this)|see also|related(?: \w+)?"
    r"|more (?:on this|from|stories)|also on"
    r"|don['’]t miss|recommended|lesen sie (?:auch|mehr)|lies auch|mehr (?:zum thema|dazu)"
    r"|siehe auch|auch interessant"
    r"|lire (?:aussi|la suite)|à lire(?: aussi)?|voir aussi|lea (?:también|más)"
    r"|le puede interesar|te puede interesar"
    r"|lee también|leia (?:também|mais)|veja também|leggi anche|lees (?:ook|meer)|läs (?:också"
    r"|mer|även)|les (?:også|mer)"
    r"|læs (?:også|mere)|lue myös|czytaj (?:też|także|więcej)|zobacz (?:też|także)"
    r"|čtěte (?:také|více)|читайте (?:также|ещё)"
    r"|читайте також|baca juga|ayrıca (?:okuyun|bakınız)|xem thêm"
    r"|関連記事|あわせて読みたい|相关阅读|延伸阅读|관련기사)"
    r"(?:\s?[:：»>–—-]|(?=\W|$))",
    re.IGNORECASE,
)
SIGN_UP = re.compile(
    r"\b(?:sign up|subscribe|register)\b.{0,50}\b(?:newsletter|updates|inbox|briefing|alerts)\b"
    r"|\bnewsletter\b.{0,40}\b(?:abonnieren|anmelden|bestellen|inbox|posteingang|delivered"
    r"|iscri\w+|inscri\w+)\b"
    r"|\b(?:abonnez|inscrivez)-vous\b|\bsuscr[ií]b[ae]\w*\b.{0,40}\b(?:bolet[ií]n|newsletter)\b"
    r"|\biscriviti\b.{0,40}\bnewsletter\b|\bassine\b.{0,40}\bnewsletter\b|\bmeld je aan\b"
    r"|\banmäl dig\b|\bmeld deg på\b"
    r"|メルマガ|뉴스레터",
    re.IGNORECASE,
)
CONSENT = re.compile(r"cookie|consent|gdpr|onetrust|didomi|usercentrics", re.IGNORECASE)
CREDITED = re.compile(
    r"(?:^|[\s_-])(?:image|photo|picture|media|caption)?[_-]{0,2}credits?(?:\s|$)", re.IGNORECASE
)
FEW = 10
SOME = 30
MAX_READ = 400
OUTWARDS = 8
STORY_TAGS = {"body", "html", "article", "main"}


def is_aside(block: Block) -> bool:
    """Whether it is hidden, a credit, a pointer to another page, about a newsletter or about cookies."""
    inner = block.container
    if inner.marks & cues.HIDDEN or _about_cookies(inner):
        return True
    if block.words <= FEW and (
        AGENCY.fullmatch(block.text[:MAX_READ]) or (inner.tag[0] != "h" and CREDITED.search(inner.names))
    ):
        return True
    if block.words > SOME:
        return False
    text, linked = block.text[:MAX_READ], 2 * block.linked >= block.words
    return bool(CREDIT.match(text) or (linked and REFERENCE.match(text)) or SIGN_UP.search(text))


def is_hidden(block: Block) -> bool:
    """Whether one of the containers around it is hidden; a script may show it later."""
    at: Container | None = block.container
    for _ in range(OUTWARDS):
        if at is None:
            return False
        if at.marks & cues.HIDDEN:
            return True
        at = at.parent
    return False


@lru_cache(maxsize=cues.CACHED)
def _names_consent(names: str) -> bool:
    return CONSENT.search(names) is not None


def _about_cookies(inner: Container) -> bool:
    """The notice is in a box of its own: an article on cookies has other names around it."""
    at: Container | None = inner
    for _ in range(OUTWARDS):
        if at is None or at.tag in STORY_TAGS:
            return False
        if _names_consent(at.names):
            return True
        at = at.parent
    return False
