"""Blocks that are never the story's, however much they look like it: plain rules, applied after the model."""

import re
from functools import lru_cache

from agents.clean.body import cues
from agents.clean.body.blocks import Block, Container
from agents.clean.page.boilerplate import is_invitation

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
LOWER = re.compile(r"(?<!\S)[a-zà-öø-ÿа-я]{3,}")
# A class of the site's banner, but not `tag-cookies` of a recipe.
CONSENT = re.compile(
    r"(?:^|\s)(?:cookies?|gdpr|consent)(?=\s|$)|onetrust|didomi|usercentrics|cookiebot|cookielaw"
    r"|(?:cookie|consent|gdpr)s?[_-]{0,2}(?:banner|notice|bar|law|pop-?up|modal|policy|dialog|info|message|alert"
    r"|wall|overlay|settings|layer|hint|msg|disclaimer|container|wrapper|box|manager|consent|form|prompt)",
    re.IGNORECASE,
)
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
    if block.words > SOME:
        return False
    text = block.text[:MAX_READ]
    if _is_credit(text, block):
        return True
    linked = 2 * block.linked >= block.words
    return bool((linked and REFERENCE.match(text)) or is_invitation(text))


def _is_credit(text: str, block: Block) -> bool:
    inner = block.container
    if block.words <= FEW and inner.tag[0] != "h" and CREDITED.search(inner.names):
        return True
    if _is_prose(text):
        return False
    return bool(CREDIT.match(text) or (block.words <= FEW and AGENCY.fullmatch(text)))


def _is_prose(text: str) -> bool:
    """Whether it ends as one, with four words in it that names and credits do not have."""
    return text.rstrip('”"’»)').endswith((".", "!", "?", "…")) and len(LOWER.findall(text)) > 3


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
