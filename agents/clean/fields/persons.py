"""The names of persons in a byline: `By Ann Lee and Tom Roe, Harbour Reporters`."""

import re
from collections.abc import Iterator

from agents.clean.fields.agencies import agencies_in
from agents.clean.page.text import fold, line

PREFIX = re.compile(
    r"^(?:(?:written|reported|words|story|text|analysis|review|opinion|report|posted|published|interview"
    r"|article|column|guest post) by"
    r"|view all posts by|more (?:by|from|stories by)|(?:all )?articles by|posts by|by|von|vom|par|por|di|da"
    r"|door|av|af|od"
    r"|nga|yazan|autore|autor(?:in|a|es|zy)?|authors?|auteure?s?|автор(?:ы|и)?|текст|текста?|tekst|text[eo]?"
    r"|tekst i|écrit par|propos recueillis par|a cura di|redactor|escrito por|publicado por|verfasst von"
    r"|bericht von"
    r"|reporter|skrevet af|skrevet av|door|geschreven door|opracowanie|oprac|napisał[ao]?|přidal|szerző|írta"
    r"|κείμενο|του|της|γράφει (?:ο|η)|από|מאת|כתב|بقلم|كتب(?:ت)?|تقرير|글|글쓴이|기자)(?:\s*+[:：]\s*+|\s++)"
    r"|^(?:作者|撰文|文|記者|记者|取材|執筆|記事|采写|撰稿|编译|文字|執筆者|筆者|本报记者|글)(?:\s*+[:：/／]\s*+|\s++|\|)",
    re.IGNORECASE,
)
# What follows is no author of the text, or not part of a name.
CREDIT = re.compile(
    r"\b(?:photo(?:s|graphy|graphs|grapher)?|pictures?|images?|illustrations?|illustrated|video|produced"
    r"|edited|reviewed|fact-?checked|checked|verified|presented|hosted|narrated|medically reviewed"
    r"|editing|design(?:ed)?|graphics?|cover|fotos?|fotograf(?:ie|ia|ía|ert|er)?|bilder?|bild|illustration"
    r"|übersetzt|translated|traducción|traduction|photographies?|crédito|credit|quelle|source|fuente|foto's)"
    r"(?: ?[:：] ?| by | von | de | par | di | por | av | af )",
    re.IGNORECASE,
)
INTERFACE = re.compile(
    r"^(?:see (?:full )?bio|(?:full )?bio(?:graphy)?|e-?mail(?: the author| .*)?|follow(?:ing)?\b.*"
    r"|share\b.*|read more.*"
    r"|more posts|originally .*"
    r"|view (?:all|profile|bio|more).*|show (?:more|less|all).*|see (?:more|all).*|more (?:about"
    r"|from|by|stories).*"
    r"|contact\b.*|about the author.*|subscribe.*|sign (?:up|in).*|log ?in|comments?|print|save|listen.*"
    r"|published.*"
    r"|updated.*|posted.*|last (?:updated|modified).*|ver (?:más|menos|todo|perfil).*|firmas.*|seguir.*"
    r"|compartir.*|leer más"
    r"|mehr (?:von|lesen|zum).*|alle artikel.*|folgen.*|teilen.*|zur autor.*|profil.*|suivre.*|partager.*"
    r"|lire.*|voir .*"
    r"|segui.*|condividi.*|leggi.*|vedi .*|volg.*|deel.*|lees .*|meer .*|följ.*|dela.*|følg.*|del|obserwuj.*"
    r"|więcej.*"
    r"|devamı.*|takip.*|paylaş.*|подписаться.*|читать.*|поделиться.*|facebook|twitter|x|instagram|linkedin"
    r"|whatsapp"
    r"|youtube|tiktok|bluesky|threads|telegram|rss|link copied.*|copy link|\d+ min(?:ute)?s? read|minutes?"
    r"|visit .*"
    r"|website|home|menu|search|close|next|previous|newsletter.*|gift .*|bookmark.*|loading.*"
    r"|author archive.*|autoren?"
    r"|the author|autor(?:es|in)?|authors?"
    r"|關注|关注|追蹤|분享|구독|עקבו.*|שתפו.*|المزيد|متابعة|詳しく.*|フォロー.*)$",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"https?://\S++|(?<![^\s@])[^\s@]++@\S++|(?<!\S)@\w++|\([^()]*+\)|\[[^\[\]]*+\]|（[^（）]*+）"
)
LISTED = re.compile(r"[,;/|&•·，；、／｜]")
JOINED = re.compile(
    r"(?<!\s)\s++(?:and|und|et|og|och|with|mit|con|avec|ve|dhe"
    r"|és|και|及|와|과|및|sowie|med|met|wraz z|та)\s+",
    re.IGNORECASE,
)
# They join surnames as well, or begin words: only between two full names.
JOINED_NAMES = re.compile(
    r"(?<=\S) (?:[yeiu&+]|en|и|і|й) (?=\S)"
    r"|(?<=[\u0590-\u05ff]) ו(?=[\u0590-\u05ff])"
    r"|(?<=[\u0600-\u06ff]) و ?(?=[\u0600-\u06ff])"
)
JOINED_HAN = re.compile(r"(?<=[\u3040-\u9fff]{2})[和与與と](?=[\u3040-\u9fff]{2})")
IN_TOWN = re.compile(
    r"(?<!\s)\s++(?:in|at|for|aus|from|à|en|desde|w|[–—-]|\u2013)\s+.*+|(?<!\s)\s*+[–—-]{1,2}\s*+$", re.DOTALL
)
ROLE = re.compile(
    r"(?:ceo|cto|cfo|founder|co-founder|president|director|chief|senior|junior|staff|lead|deputy|associate"
    r"|assistant"
    r"|contributing|managing|executive|political|sports?|business|health|science|technology|tech|culture"
    r"|foreign"
    r"|national|investigative|education|environment|economics?|crime|city|features?|special|freelance|data"
    r"|royal"
    r"|reporters?|editors?|writers?|correspondents?|journalists?|columnists?|contributors?|author|analyst"
    r"|critic"
    r"|producer|blogger|bureau|redakteur(?:in)?|reporterin|korrespondent(?:in)?|journalist(?:in)?|autorin"
    r"|volontär(?:in)?"
    r"|redactor(?:a)?|periodista|corresponsal|rédact(?:eur|rice)|journaliste|correspondant(?:e)?|giornalista"
    r"|inviat[oa]"
    r"|corrispondente|redacteur|verslaggever|journalista|dziennikarz|dziennikarka|muhabir|editör"
    r"|корреспондент|журналист"
    r"|обозреватель|기자|특파원|선임기자|記者|编辑|編輯|编译|特派員|論説委員|编辑部|כתב|כתבת|consultant|expert|reviewer|specialist"
    r"|manager|officer|professor|coach|marketing|phd|rdn|finance|educator)",
    re.IGNORECASE,
)
INSTITUTION = re.compile(
    r"\b(?:news|staff|desk|team|editors?|editorial|newsroom|agenc(?:y|ies|e|ia)|presse|redaktion\w*"
    r"|redacci[oó]n"
    r"|r[eé]daction|redazione|redactie|redakcja|redação|correspondents?|reporters?|admin(?:istrator)?|online"
    r"|tv|radio"
    r"|verlag|magazine|zeitung|gazette|tribune|department|ministry|university|universität|institute?"
    r"|contributors?"
    r"|author|editor|writer|unknown|anonymous|quelle|source|fuente|twitter|facebook|instagram|bearbeiten|edit"
    r"|\w*agentur|reuters|newsletter|group|inc|llc|ltd|gmbh|company|foundation|association|council|committee"
    r"|center|centre|services?|wire|newswire|digital|sendung|nachrichten|noticias|sponsored|partner|content"
    r"|studio)\b"
    r"|редакция|редакція|編集部|新聞|新闻|通信|뉴스|本报|(?<!\w)\w++\.\w{2,4}$"
    r"|^(?:the|der|die|das|le|la|les|el|il) \S+$",
    re.IGNORECASE,
)
# No English name ends like that, but subjects and callings do: `Home Security`, `Community Development`.
SUBJECT = re.compile(
    r"\b(?!(?:clement|trinity|charity|felicity|verity|amity|serenity|unity|divinity)\b)"
    r"[a-z]{3,12}(?:tion|ment|ity|ism|ology|ician|alist|working)\b|^(?:certified|licensed)\b",
    re.IGNORECASE | re.ASCII,
)
# Surnames, too: `Nadav Press`, but not `Guest Post`, `Denver Post`.
PAPER = re.compile(
    r"^(?:the|guest|daily|sunday|morning|evening|free|new|national|international|washington|jerusalem|denver"
    r"|huffington"
    r"|york|financial|irish|japan|associated|united|canadian|europa|australian|street|wall|medical|business"
    r"|local"
    r"|los|la|sports?|tech|web|blog|open|social|blog) .*\b(?:press|post|times|guest|journal|herald|media"
    r"|web)$"
    r"|^(?:press|post|times|guest|journal|herald|media|web)\b",
    re.IGNORECASE,
)
PLACES = {
    *("newyork", "losangeles", "sanfrancisco", "hongkong", "newdelhi", "washingtondc", "saopaulo"),
    *("sãopaulo", "riodejaneiro", "buenosaires", "telaviv", "capetown", "mexicocity", "kualalumpur"),
    *("northcarolina", "newjersey", "unitedstates", "unitedkingdom"),
}
PARTICLES = {
    *("de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "le", "los", "las"),
    *("van", "von", "vom", "der", "den", "ter", "ten", "te", "zu", "zur", "zum", "y", "e", "i"),
    *("bin", "ibn", "bint", "al", "el", "ul", "ben", "af", "av", "op", "in", "'t", "’t", "d", "und"),
    *("ap", "ab", "abu", "dela", "san", "st", "lo", "li", "dal", "dalla", "dello", "degli", "dei"),
    *("mac", "mc", "ó", "ní", "jr", "sr", "oğlu", "kızı", "ze"),
}
LAST_NEVER = {
    *("by", "von", "par", "por", "and", "und", "et", "og", "och", "with", "mit", "in", "at", "for"),
    *("of", "the", "our"),
}
QUOTED = re.compile(r"^[\"“”„«»']++([^\"“”„«»']*+)[\"“”„«»']++$")
MAX_WORDS = 6
MAX_NAME = 60


def people(text: str, *, sure: bool = False, last_first: bool = False) -> Iterator[str]:
    """The names in one line of a byline. `sure`: the page says that it is a person, who may have one name."""
    text = NOISE.sub(" ", text).strip(" \t,;|·•-–—")
    if INTERFACE.match(text) or CREDIT.match(text):
        return
    if credit := CREDIT.search(text):
        text = text[: credit.start()]
    if any(char.isdigit() for char in text) and (by := re.search(r" (?:by|von|par|por) ", text)):
        text = text[by.end() :]
    bare = without_prefix(text)
    sure = sure or bare != text
    for part in _split(bare, last_first):
        name = _name(part)
        if name and not INTERFACE.match(name) and is_name(name, sure=sure):
            yield name


def without_prefix(text: str) -> str:
    for _ in range(3):
        bare = PREFIX.sub("", text).strip()
        if bare == text:
            break
        text = bare
    return text


def is_name(name: str, *, sure: bool = False) -> bool:
    """Whether it can be a person's name: one to six words, capitalised where the script has capitals."""
    words = name.split()
    if (
        not 1 <= len(words) <= MAX_WORDS
        or len(name) > MAX_NAME
        or not name[0].isalpha()
        or any(char.isdigit() for char in name)
    ):
        return False
    if len(words) == 1 and name.isascii() and not (sure and name.istitle() and len(name) > 2):
        return False
    capital = words[0][0].isupper() or words[-1][0].isupper() or not words[0][0].islower()
    if len(words) > 2 and any(word.islower() and word.strip(".,’'") not in PARTICLES for word in words[1:]):
        return False
    if not capital and not (sure and len(words) in (2, 3) and name.replace(" ", "").isalpha()):
        return False
    if fold(name) in PLACES or name.endswith(":") or words[-1].casefold() in LAST_NEVER:
        return False
    roles = [bool(ROLE.fullmatch(word)) for word in words]
    if all(roles) or (any(roles) and not sure):
        return False
    return not (INSTITUTION.search(name) or SUBJECT.search(name) or PAPER.search(name) or agencies_in(name))


def _split(text: str, last_first: bool) -> Iterator[str]:
    if swapped := _swapped(text, last_first):
        yield from swapped
        return
    for listed in LISTED.split(text):
        for joined in JOINED.split(f" {listed.strip()} "):
            yield from _between_names(joined.strip())


def _between_names(text: str) -> Iterator[str]:
    """`Lucía Barrera y Tomás Quiroga`, but not `José Ortega y Gasset`."""
    for pattern, least in ((JOINED_NAMES, 2), (JOINED_HAN, 1)):
        for match in pattern.finditer(text):
            before, after = text[: match.start()].strip(), text[match.end() :].strip()
            if len(before.split()) >= least and len(after.split()) >= least:
                yield before
                yield from _between_names(after)
                return
    yield text


def _swapped(text: str, last_first: bool) -> list[str]:
    """The names of `Lee, Ann; Roe, Tom`."""
    names = [each.split(",") for each in text.split(";") if each.strip()]
    if not all(len(each) == 2 for each in names):
        return []
    pairs = [(last.strip(), first.strip()) for last, first in names]
    short = all(len(last.split()) == len(first.split()) == 1 for last, first in pairs)
    if not (last_first or short) or any(
        not (last[:1].isupper() and first[:1].isupper()) for last, first in pairs
    ):
        return []
    if any(fold(first) in {"jr", "sr", "phd", "md"} for _, first in pairs):
        return []
    return [f"{first} {last}" for last, first in pairs]


def _name(part: str) -> str | None:
    """The part without prefix, town and role."""
    name = line(IN_TOWN.sub("", without_prefix(part.strip())))
    name = (name or "").strip(" .:：-–—_*")
    name = QUOTED.sub(r"\1", name)
    if name.count('"') % 2:
        name = name.replace('"', "").strip()
    words = name.split()
    while len(words) > 2 and ROLE.fullmatch(words[-1].strip(".,")):
        words.pop()
    if len(words) == 2 and not words[1].isascii() and ROLE.fullmatch(words[1]):
        words.pop()
    while len(words) > 2 and ROLE.fullmatch(words[0]) and not words[0].isupper():
        words.pop(0)
    return " ".join(words) or None
