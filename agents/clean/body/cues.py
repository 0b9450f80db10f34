"""What tags, class names and words say about a block: bits, and positions in the table of learnt weights."""

import re
import zlib
from functools import lru_cache

#: What the classes and ids of an element name, in this order of bits: parts of names; `$` ends a word.
NAMES = {
    "teaser": "relat recommend teaser more- more_ promo trending popular most readnext read-next read_next"
    " readalso read-also read_also readmore read-more read_more further outbrain taboola card carousel"
    " suggest latest also recirc sponsor advert -ad- ad-slot",
    "comment": "comment disqus respon reply discuss",
    "author": "author byline bio$ contributor profile writer",
    "facts": "meta date time publish info tag$ tags$ categor kicker label breadcrumb",
    "social": "share social follow newsletter subscri signup sign-up cta$ donat support paywall piano"
    " regwall form",
    "page": "nav menu footer header sidebar aside cookie consent banner modal popup widget toolbar legal"
    " copyright disclaimer skip overlay dialog",
    "caption": "caption credit figure image photo gallery media video slide",
    "body": "article body content entry post story text paragraph rich prose",
    "main": "main page wrap container",
    "lead": "lead intro standfirst summary excerpt dek subtitle subhead deck description abstract",
    "contents": "toc$ table-of contents index outline jump",
    "box": "box fact inset pull quote embed note callout highlight faq key",
}
TAGS = (
    "article",
    "main",
    "aside",
    "nav",
    "footer",
    "header",
    "figure",
    "form",
    "ul",
    "ol",
    "table",
    "blockquote",
    "section",
    "details",
    "button",
    "label",
)
MARKS = (*NAMES, *(f"in {tag}" for tag in TAGS), "hidden")
HIDDEN = 1 << (len(MARKS) - 1)
OWN_TAGS = (
    *(
        "p",
        "div",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "tr",
        "figcaption",
        "blockquote",
        "pre",
        "section",
        "article",
    ),
    *("dd", "dt", "button", "label", "summary", "address", "header"),
)
#: Words that are typical of other lines than the story's.
WORDS = {
    "date": "ago updated published posted vor jan feb mar apr jun jul aug sep oct nov dec january february"
    " march april june july august september october november december am pm uhr hours minutes min",
    "credit": "photo image credit getty reuters afp ap dpa foto fotos bild picture source quelle crédit"
    " courtesy photograph images illustration video caption",
    "byline": "by von par por di door av author editor reporter correspondent writer redaktion redakteur"
    " journalist journalistin contributor staff written",
    "share": "share facebook twitter whatsapp linkedin instagram pinterest email print teilen drucken"
    " partager compartir follow reddit tweet copy link telegram imprimer",
    "subscribe": "subscribe subscriber subscribers subscription newsletter newsletters sign login log"
    " register abo anmelden abonnieren abonnez abonné abonnés suscríbete suscriptores inbox account trial"
    " membership donate abbonati prenumerera abonneer",
    "more": "read more also related recommended mehr lesen lire aussi leia lea leggi watch listen continue"
    " click here trending next previous stories articles",
    "legal": "copyright © rights reserved terms privacy cookie cookies disclaimer advertisement advertising"
    " sponsored affiliate commission policy permission anzeige publicidad werbung publicité",
    "comment": "comment comments reply replies kommentar kommentare commentaires comentarios likes says"
    " report",
}
DIGIT, CAPITAL = len(WORDS), len(WORDS) + 1
BITS = 5
"""A word's cues are counters of this many bits in one number, so that those of a line are added at once."""
KINDS = len(WORDS) + 2
WORD_CUES = {
    word: sum(1 << BITS * kind for kind, words in enumerate(WORDS.values()) if word in words.split())
    for words in WORDS.values()
    for word in words.split()
}
PARTS = re.compile(r"[A-Z]?[a-z]{2,15}|[A-Z]{3,15}(?![a-z])")
#: Looked for one by one: patterns with that many choices took a sixth of the stage's time.
PARTS_OF_NAMES = tuple(
    tuple(part.replace("$", end) for part in parts.split() for end in ((" ", "-") if "$" in part else ("",)))
    for parts in NAMES.values()
)
TABLE = 1 << 12
"""Tokens share this many weights by their CRC, so that no list of words ships with them."""
TRIMMED = ".,:;!?()[]\"'“”’‘«»|–—-"
MAX_PARTS = 8
CACHED = 1 << 15


@lru_cache(maxsize=CACHED)
def name_marks(names: str) -> int:
    text = f"{names.lower()} "
    return sum(1 << bit for bit, parts in enumerate(PARTS_OF_NAMES) if any(part in text for part in parts))


@lru_cache(maxsize=256)
def tag_mark(tag: str) -> int:
    return 1 << (len(NAMES) + TAGS.index(tag)) if tag in TAGS else 0


@lru_cache(maxsize=256)
def own_tag(tag: str) -> int:
    """The number of the tag, in an order without a meaning; one number for all others."""
    return OWN_TAGS.index(tag) if tag in OWN_TAGS else len(OWN_TAGS)


def position(token: str) -> int:
    return zlib.crc32(token.encode()) % TABLE


@lru_cache(maxsize=CACHED)
def name_positions(names: str, where: str) -> tuple[int, ...]:
    """The weights of the words in classes and ids. `where`: s itself, p around it, a further out."""
    start = zlib.crc32(where.encode())
    return tuple([zlib.crc32(part, start) % TABLE for part in parts_of(names)]) if names else ()


@lru_cache(maxsize=CACHED)
def parts_of(names: str) -> list[bytes]:
    return list(dict.fromkeys(part.lower().encode() for part in PARTS.findall(names)))[:MAX_PARTS]


@lru_cache(maxsize=CACHED)
def word(written: str) -> tuple[int, int]:
    """The position of the word's weight, and its cues: kinds of `WORDS`, digit and capital at its start."""
    bare = written.strip(TRIMMED).lower()
    counters = WORD_CUES.get(bare or written, 0)
    counters += (written[0].isdigit() << BITS * DIGIT) + (written[0].isupper() << BITS * CAPITAL)
    return position("w" + bare), counters


@lru_cache(maxsize=CACHED)
def opening(words: str) -> int:
    return position("b" + words.lower())


@lru_cache(maxsize=4096)
def tags_position(tag: str, around: str) -> tuple[int, int]:
    return position("t" + tag), position(f"tt{tag}{around}")
