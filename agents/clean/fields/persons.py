"""The names of persons in a byline: `By Ann Lee and Tom Roe, Harbour Reporters`."""

import re
from collections.abc import Iterator

from agents.clean.fields.agencies import agencies_in
from agents.clean.page.text import fold, line

PREFIX = re.compile(
    r"^(?:(?:written|reported|words|story|text|analysis|review|opinion|report|posted|published|interview"
    r"|article|column|guest post) by|view all posts by|more (?:by|from|stories by)|(?:all )?articles by"
    r"|posts by|by|von|vom|par|por|di|da|door|av|af|od|nga|yazan|autore|autor(?:in|a|es|zy)?|authors?"
    r"|auteure?s?|автор(?:ы|и)?|текст|текста?|tekst|text[eo]?|tekst i|écrit par|propos recueillis par"
    r"|a cura di|redactor|escrito por|publicado por|verfasst von|bericht von|reporter|skrevet af|skrevet av"
    r"|door|geschreven door|opracowanie|oprac|napisał[ao]?|přidal|szerző|írta|κείμενο|του|της|γράφει (?:ο|η)"
    r"|από|מאת|כתב|بقلم|كتب(?:ت)?|تقرير|글|글쓴이|기자)(?:\s*+[:：]\s*+|\s++)"
    r"|^(?:作者|撰文|文|記者|记者|取材|執筆|記事|采写|撰稿|编译|文字|執筆者|筆者|本报记者|글)(?:\s*+[:：/／]\s*+|\s++|\|)",
    re.IGNORECASE,
)
# What follows is no author of the text, or not part of a name.
CREDIT = re.compile(
    r"\b(?:photo(?:s|graphy|graphs|grapher)?|pictures?|images?|illustrations?|illustrated|video|produced"
    r"|edited|reviewed|fact-?checked|checked|verified|presented|hosted|narrated|medically reviewed|editing"
    r"|design(?:ed)?|graphics?|cover|fotos?|fotograf(?:ie|ia|ía|ert|er)?|bilder?|bild|illustration|übersetzt"
    r"|translated|traducción|traduction|photographies?|crédito|credit|quelle|source|fuente|foto's)"
    r"(?: ?[:：] ?| by | von | de | par | di | por | av | af )",
    re.IGNORECASE,
)
INTERFACE = re.compile(
    r"^(?:see (?:full )?bio|(?:full )?bio(?:graphy)?|e-?mail(?: the author| .*)?|follow(?:ing)?\b.*|share\b.*"
    r"|read more.*|more posts|originally .*|view (?:all|profile|bio|more).*|show (?:more|less|all).*"
    r"|see (?:more|all).*|more (?:about|from|by|stories).*|contact\b.*|about the author.*|subscribe.*"
    r"|sign (?:up|in).*|log ?in|comments?|print|save|listen.*|published.*|updated.*|posted.*|last (?:updated"
    r"|modified).*|ver (?:más|menos|todo|perfil).*|firmas.*|seguir.*|compartir.*|leer más|mehr (?:von|lesen"
    r"|zum).*|alle artikel.*|folgen.*|teilen.*|zur autor.*|profil.*|suivre.*|partager.*|lire.*|voir .*"
    r"|segui.*|condividi.*|leggi.*|vedi .*|volg.*|deel.*|lees .*|meer .*|följ.*|dela.*|følg.*|del|obserwuj.*"
    r"|więcej.*|devamı.*|takip.*|paylaş.*|подписаться.*|читать.*|поделиться.*|facebook|twitter|x|instagram"
    r"|linkedin|whatsapp|youtube|tiktok|bluesky|threads|telegram|rss|link copied.*|copy link"
    r"|\d+ min(?:ute)?s? read|minutes?|visit .*|website|home|menu|search|close|next|previous|newsletter.*"
    r"|gift .*|bookmark.*|loading.*|author archive.*|autoren?|bearbeiten|edit(?: (?:this|article|page|post"
    r"|profile)\b.*)?|the author|autor(?:es|in)?|authors?"
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
    r"(?<=\S) (?:[yeiu&+]|en|и|і|й) (?=\S)|(?<=[\u0590-\u05ff]) ו(?=[\u0590-\u05ff])"
    r"|(?<=[\u0600-\u06ff]) و ?(?=[\u0600-\u06ff])"
)
JOINED_HAN = re.compile(r"(?<=[\u3040-\u9fff]{2})[和与與と](?=[\u3040-\u9fff]{2})")
IN_TOWN = re.compile(
    r"(?<!\s)\s++(?:in|at|for|aus|from|à|en|desde|w|[–—-]|\u2013)\s+.*+|(?<!\s)\s*+[–—-]{1,2}\s*+$", re.DOTALL
)
ROLE = re.compile(
    r"(?:ceo|cto|cfo|founder|co-founder|president|director|chief|senior|staff|lead|deputy|associate|assistant"
    r"|contributing|managing|executive|political|sports?|business|health|science|technology|tech|culture"
    r"|foreign|national|investigative|education|environment|economics?|crime|city|features?|special|freelance"
    r"|data|reporters?|editors?|writers?|correspondents?|journalists?|columnists?|contributors?|author"
    r"|analyst|critic|producer|blogger|bureau|redakteur(?:in)?|reporterin|korrespondent(?:in)?"
    r"|journalist(?:in)?|autorin|volontär(?:in)?|redactor(?:a)?|periodista|corresponsal|rédact(?:eur|rice)"
    r"|journaliste|correspondant(?:e)?|giornalista|inviat[oa]|corrispondente|redacteur|verslaggever"
    r"|journalista|dziennikarz|dziennikarka|muhabir|editör|корреспондент|журналист|обозреватель|기자|특파원|선임기자"
    r"|記者|编辑|編輯|编译|特派員|論説委員|编辑部|כתב|כתבת|consultant|expert|reviewer|specialist"
    r"|manager|officer|professor|coach|marketing|phd|rdn|finance|educator)",
    re.IGNORECASE,
)
# Roles beside another role, `Royal Correspondent`; names otherwise: `Ségolène Royal`, `Paulo Junior`.
WEAK_ROLES = {"junior", "royal"}
INSTITUTION = re.compile(
    r"\b(?:news|staff|desk|team|editors?|editorial|newsroom|agenc(?:y|ies|e|ias?)|presse|redaktion\w*"
    r"|redacci[oó]n|r[eé]daction|redazione|redactie|redakcja|redação|correspondents?|reporters?"
    r"|admin(?:istrator)?|online|tv|radio|verlag|magazine|zeitung|gazette|tribune|department|ministry"
    r"|university|universität|institute?|contributors?|author|editor|writer|unknown|anonymous|quelle|source"
    r"|fuente|twitter|facebook|instagram|\w*agentur|reuters|newsletter|group|inc|llc|ltd|gmbh|company"
    r"|foundation|association|council|committee|center|centre|services?|wire|newswire|digital|sendung"
    r"|nachrichten|noticias|sponsored|partner|content|studio)\b|редакция|редакція|編集部|新聞|新闻|通信|뉴스|本报"
    r"|(?<!\w)\w++\.\w{2,4}$"
    r"|^(?:the|der|die|das|le|la|les|el|il) \S+$",
    re.IGNORECASE,
)
# Newsrooms, and correspondents without a name. `部` alone ends surnames, too: `長谷部`.
NEWSROOM = re.compile(
    r"^(?:ufficio stampa|sala de (?:prensa|imprensa)|enviad[oa]s? especia(?:l|les|is)"
    r"|envoyée?s? spécia(?:le?s?|ux)|inviat[oa] special[ei]|comunicado|comunicato|communiqué|pressemitteilung"
    r"|medienmitteilung|nossa|notre|nos|unsere?|nuestr[oa]s?|our|freier? mitarbeiter(?:in)?"
    r"|leiter(?:in)? \w++|(?:top|more|latest|breaking) (?:stories|headlines)|отдел|служба|пресс-служба"
    r"|прес-служба|наша?|собственный|هيئة|فريق|قسم|أسرة)\b|(?<=\w )(?:merkezi|servisi|de prensa|de imprensa"
    r"|de presse|التحرير)$"
    r"|(?:[\u30a0-\u30ff]|社会|政治|経済|国際|運動|文化|外信|外報|生活|地方|地域|報道|写真|学芸|科学|編集)部$",
    re.IGNORECASE,
)
# What stands after a name and a comma: callings of people who are no reporters, and their papers.
CALLING = re.compile(
    r"\bof\b|(?:minister(?:in)?|sprecherin|pressesprecher|bürgermeister(?:in)?|politiker(?:in)?|forscher(?:in)?)\b"
    r"|\b(?:minist(?:re|r[oa])|secretary|chair(?:man|woman|person)?|spokes(?:man|woman|person)|senator"
    r"|envoyée?s?|enviad[oa]s?|inviat[oa]|especial|spéciale?|leader|lawyer|teacher|historian|economist"
    r"|student|professor[ae]?|affairs|courier|herald|chronicle|observer|telegraph|gazette|tribune|newspaper)\b",
    re.IGNORECASE,
)
# No English name ends like that, but subjects and callings do: `Home Security`, `Community Development`.
SUBJECT = re.compile(
    r"\b(?!(?:clement|chement|element|trinity|charity|felicity|verity|amity|serenity|unity|divinity)\b)"
    r"[a-z]{3,12}(?:tion|ment|ity|ism|ology|ician|alist|working)\b|^(?:certified|licensed)\b",
    re.IGNORECASE | re.ASCII,
)
# Surnames, too: `Nadav Press`, but not `Guest Post`, `Denver Post`.
PAPER = re.compile(
    r"^(?:the|guest|daily|sunday|morning|evening|free|new|national|international|washington|jerusalem|denver"
    r"|huffington|york|financial|irish|japan|associated|united|canadian|europa|australian|street|wall|medical"
    r"|business|local|los|la|sports?|tech|web|blog|open|social|blog) .*\b(?:press|post|times|guest|journal"
    r"|herald|media|web)$"
    r"|^(?:press|post|times|guest|journal|herald|media|web)\b",
    re.IGNORECASE,
)
PLACES = (
    *("newyork", "losangeles", "sanfrancisco", "hongkong", "newdelhi", "washingtondc", "saopaulo"),
    *("sãopaulo", "riodejaneiro", "buenosaires", "telaviv", "capetown", "mexicocity", "kualalumpur"),
    *("northcarolina", "newjersey", "unitedstates", "unitedkingdom"),
)
PARTICLES = {
    *("de", "da", "do", "dos", "das", "del", "della", "di", "du", "des", "la", "le", "los", "las"),
    *("van", "von", "vom", "der", "den", "ter", "ten", "te", "zu", "zur", "zum", "y", "e", "i"),
    *("bin", "ibn", "bint", "al", "el", "ul", "ben", "af", "av", "op", "in", "'t", "’t", "d", "und"),
    *("ap", "ab", "abu", "dela", "san", "st", "lo", "li", "dal", "dalla", "dello", "degli", "dei"),
    *("mac", "mc", "ó", "ní", "jr", "sr", "oğlu", "kızı", "ze"),
}
LAST_NEVER = {"by", "von", "par", "por", "and", "und", "et", "og", "och", "with", "mit", "in", "at", "for"}
LAST_NEVER |= {"of", "the", "our"}
FIRST_NEVER = {"a", "à", "at", "in", "for", "of", "from", "with", "and", "the", "our", "to", "en", "aus"}
# Prefixes that are first names as well: `Nga Pham`, `Di Morrissey`, `Von Miller`.
FIRST_NAMES, PREPOSITIONS = {"Di", "Da", "Nga", "Von", "Par"}, {"Von", "Par"}
# Written without spaces and capitals.
ASIAN = re.compile("[\u3040-\u9fff\uac00-\ud7a3]")
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
    bare = _bare(text, is_person=sure)
    believed, named, is_full = sure or bare != text, False, False
    for place, part in _split(bare, last_first):
        # The page says it of the first: after `By Ann Lee,` comes a role or a town as often as a name.
        beside = place > 0 and (is_full or not named)
        name = None if beside and _is_calling(part) else _name(part, is_person=sure)
        if name and not INTERFACE.match(name) and is_name(name, sure=believed and not beside):
            named, is_full = True, is_full or " " in name
            yield name


def _bare(text: str, *, is_person: bool) -> str:
    """Without prefix, if that is not a first name: in `Nga Pham`, or where the page says it is a person's.

    `Von` and `Par` stay before one word only: German and French sites have `Von Anna Groß` as a person.
    """
    first, _, rest = text.partition(" ")
    is_last_name = rest.istitle() and " " not in rest
    if (
        first in FIRST_NAMES
        and (is_last_name or (is_person and first not in PREPOSITIONS))
        and not agencies_in(rest)
    ):
        return text
    return without_prefix(text)


def _is_calling(part: str) -> bool:
    """Whether what stands after a name and a comma is no other name, in scripts that have capitals."""
    bare = IN_TOWN.sub("", without_prefix(part))
    words = [word.strip(".,:") for word in bare.split()]
    has_role = CALLING.search(bare) or any(ROLE.fullmatch(word) for word in words)
    return bare.casefold() != bare.upper() and (len(words) < 2 or bool(has_role))


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
    if fold(name).startswith(PLACES) or name.endswith(":") or words[0] in FIRST_NEVER:
        return False
    # `Kim In` has a Korean first name.
    if words[-1].casefold() in LAST_NEVER and not (sure and len(words) == 2 and words[1] == "In"):
        return False
    roles = [bool(ROLE.fullmatch(word)) for word in words]
    roles = [role or (any(roles) and _is_weak(word)) for role, word in zip(roles, words, strict=True)]
    if all(roles) or (any(roles) and not sure) or (SUBJECT.search(name) and not sure):
        return False
    return not (INSTITUTION.search(name) or NEWSROOM.search(name) or PAPER.search(name) or agencies_in(name))


def _is_weak(word: str) -> bool:
    return word.casefold() in WEAK_ROLES


def _split(text: str, last_first: bool) -> Iterator[tuple[int, str]]:
    """The parts that may be names, each with its place among the parts between commas."""
    if swapped := _swapped(text, last_first):
        yield from ((0, name) for name in swapped)
        return
    for place, listed in enumerate(LISTED.split(text)):
        for joined in JOINED.split(f" {listed.strip()} "):
            yield from ((place, part) for part in _between_names(joined.strip()))


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


def _name(part: str, *, is_person: bool) -> str | None:
    """The part without prefix, town and role."""
    name = line(IN_TOWN.sub("", _bare(part.strip(), is_person=is_person)))
    name = (name or "").strip(" .:：-–—_*")
    name = QUOTED.sub(r"\1", name)
    if name.count('"') % 2:
        name = name.replace('"', "").strip()
    return " ".join(_without_roles(name.split())) or None


def _without_roles(words: list[str]) -> list[str]:
    """`Ann Lee` of `Senior Reporter Ann Lee`; nothing of `Inviata a Roma`."""
    last = words[-1:]
    while len(words) > 2 and (
        ROLE.fullmatch(words[-1].strip(".,")) or (words[-1:] != last and _is_weak(words[-1]))
    ):
        words.pop()
    if len(words) == 2 and ASIAN.match(words[1]) and ROLE.fullmatch(words[1]):
        words.pop()
    while len(words) > 2 and _is_role_first(words) and not words[0].isupper():
        words.pop(0)
        if words[0] in FIRST_NEVER:
            return []
    return words


def _is_role_first(words: list[str]) -> bool:
    return bool(ROLE.fullmatch(words[0]) or (_is_weak(words[0]) and ROLE.fullmatch(words[1])))
