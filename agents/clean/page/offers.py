"""Offers to those who do not pay: `Subscribe now for 4 crowns a week`. They are no text, and where the text
ends with one that says that there is more, it is cut."""

import re

from agents.clean.page.text import word_count

WALL = re.compile(
    r"\b(?:subscribe|sign up|register|join|log in|upgrade)\b[^.!?]{0,40}\b(?:to|and) (?:read|continue|keep"
    r"|unlock|get full|access|finish)"
    r"|\bsubscribe\b[^.!?]{0,25}\b(?:for|from) (?:only |just )?\D{0,2}\d|\balready (?:a |an |have an? "
    r")?(?:subscri|member)"
    r"|\b(?:article|story|content|text)\b[^.!?]{0,20}\b(?:is|are) [^.!?]{0,25}\b(?:subscribers|members)\b"
    r"|\b(?:subscribers|members)[ -]only\b"
    r"|\b(?:only|exclusive(?:ly)?) (?:for|to) (?:our )?(?:subscribers|members)\b|\b(?:unlock|read) (?:this"
    r"|the (?:full|rest|whole)) [^.!?]{0,30}"
    r"\b(?:subscri|plus|premium|trial|account)|\breached your (?:limit|free|article)|\bto (?:continue"
    r"|keep) reading\b[^.!?]{0,40}\b(?:subscri|log|sign)"
    r"|\bweiterlesen\b[^.!?]{0,40}\b(?:abo|plus|premium|euro)|\b(?:abo|plus"
    r"|premium)\b[^.!?]{0,40}\bweiterlesen|\babonnieren\b[^.!?]{0,40}\b(?:lesen|euro)"
    r"|\bjetzt\b[^.!?]{0,30}\b(?:abonnieren|freischalten)|\b(?:bereits|schon) (?:abonnent|abo\b)|\bnur "
    r"(?:für|mit) (?:abo|unsere abo|plus|mitglieder)"
    r"|\bist (?:nur |exklusiv )?(?:für|unseren) [^.!?]{0,20}abonnent|\bréservée?s? (?:à nos |aux )abonnés"
    r"|\bdéjà abonné|\bpour lire la suite"
    r"|\babonnez-vous\b[^.!?]{0,40}\b(?:lire|suite|euro|mois|\d)|\bil vous reste\b[^.!?]{0,40}\bà (?:lire"
    r"|découvrir)"
    r"|\bsuscríbete\b[^.!?]{0,40}\b(?:leer|leyendo|acce|euro|mes|\d)|\b(?:solo|exclusivo|sólo) para "
    r"suscriptores|\bya (?:eres|es) suscriptor"
    r"|\babbonati\b[^.!?]{0,40}\b(?:legg|acced|euro|mese|\d)|\bsei già abbonato|\briservat[oa] agli "
    r"abbonati"
    r"|\bassine\b[^.!?]{0,40}\b(?:ler|lendo|acess|reais|mês|\d)|\bjá é assinante|\bexclusivo para "
    r"assinantes"
    r"|\b(?:alleen|exclusief) voor abonnees|\b(?:al|reeds) abonnee|\b(?:word|neem een) "
    r"abonn\w+\b[^.!?]{0,40}\b(?:lees|lezen|euro|maand|\d)"
    r"|\bredan prenumerant|\bför prenumeranter|\bprenumerera\b[^.!?]{0,40}\b(?:läs|kronor|månad|\d)"
    r"|\b(?:allerede|er du) abonnent"
    r"|\b(?:kun )?for abonnenter\b|\b(?:bliv|bli) abonnent\b[^.!?]{0,40}\b(?:læs|les|kr|måned|\d)|\bvain "
    r"tilaajille|\boletko jo tilaaja"
    r"|\btilaa\b[^.!?]{0,30}\b(?:lukea|euro|kuukau)|\b(?:wykup|kup) (?:dostęp|prenumerat|subskryp)"
    r"|\btylko dla (?:prenumerator|subskryb)"
    r"|\bmasz już (?:prenumerat|subskryp|dostęp)|\bpředplaťte si|\b(?:pouze|jen) pro předplatitele|\bjste "
    r"(?:již |už )?předplatitel"
    r"|\bподпи(?:шитесь|сывайтесь|саться)\b[^.!?]{0,40}\b(?:чита|доступ|руб|\d)|\bтолько (?:для|по) подпис"
    r"|\bуже (?:есть подписка|подписаны)"
    r"|\babone ol[^.!?]{0,40}\b(?:oku|devam|lira)|\b(?:sadece|yalnızca) abone|\bzaten abone|続きを読むには"
    r"|(?:有料)?会員限定|有料会員|残り\d+文字"
    r"|订阅后|仅限(?:会员|订阅)|会员专享|구독자 전용|유료 회원|구독하고"
)
#: Beside a wall: no text either.
LABEL = re.compile(
    r"\b(?:read|keep|continue|carry) (?:on|reading)\b|\bsubscri|\bcancel (?:at )?any ?time|\blog ?in\b"
    r"|\bsign in\b|\b(?:full|unlimited) access"
    r"|\bweiterlesen|\bkündbar|\banmelden|\babo\b|\babonn|\bsans engagement"
    r"|\blire la suite|\bse connecter|\bconnexion"
    r"|\bleyendo|\bcancela|\binicia(?:r)? sesión|\bsuscri|\babbon|\baccedi|\bdisdici|\bassin|\bcancele"
    r"|\bverder lezen|\bopzegbaar|\binloggen"
    r"|\bprenumer|\blogga in|\bläs vidare|\blog ind|\blogg inn|\blæs videre|\bles videre|\btilaa"
    r"|\bkirjaudu|\bczytaj dalej|\bzaloguj|\bprenumerat"
    r"|\bpředplat|\bpřihlas|\bчитать дальше|\bвойти|\bподпис|\bgiriş yap|\babone|ログイン|続き|登録|登录"
    r"|继续阅读|로그인|구독"
)
#: Beside such a label alone: a sentence may have `plus`, too.
BRAND = re.compile(r"\b(?:plus|premium)\b|\+")
#: An offer speaks to its reader, of this article or of a price. A report on members and subscribers does not.
SIGN = re.compile(
    r"\b(?:you|your|our|us|now|today|trial|free|log ?in|sign ?in|article|story|sie|ihre?n?|du|jetzt|hier"
    r"|artikel|beitrag|vous|votre|vos|ici|connect\w+|tu|tus|usted|este|ahora|aquí|você|sua|seu|agora|artigo"
    r"|questo|articolo|tuo|tuoi|ora|dit|uw|je|jouw|nu|denna|denne|artik[ek]l\w*|din|ditt|nyt|tämä\w*|juttu"
    r"|artykuł\w*|teraz|twoj\w*|článek|teď|эт\w+|вы|вас|ваш\w*|сейчас|bu|hemen|şimdi|siz\w*)\b|[$€£¥₽₺]|\d[.,]\d\d\b"
)
REPORT_WORDS = 7
MAX_WORDS = 60
LABEL_WORDS, BRAND_WORDS = 16, 6
LAST = 6
"""A wall is one of the last paragraphs, this many."""


def without_offers(paragraphs: list[str]) -> tuple[list[str], bool]:
    """The paragraphs before the wall, and whether there is one. A page of offers alone stays as it is."""
    start = max(1, len(paragraphs) - LAST)
    walls = [at for at in range(start, len(paragraphs)) if _is_wall(paragraphs[at])]
    if not walls:
        return paragraphs, False
    first = walls[0]
    while first > 1 and _is_label(paragraphs[first - 1]):
        first -= 1
    rest = [each for each in paragraphs[walls[0] :] if not (_is_wall(each) or _is_label(each))]
    return [*paragraphs[:first], *rest], not rest


def _is_wall(paragraph: str) -> bool:
    text, count = paragraph[:500].casefold(), word_count(paragraph)
    if count > MAX_WORDS or not WALL.search(text):
        return False
    return count < REPORT_WORDS or paragraph[-1] not in '.!»”"' or SIGN.search(text) is not None


def _is_label(paragraph: str) -> bool:
    text, count = paragraph[:500].casefold(), word_count(paragraph)
    if count <= BRAND_WORDS and BRAND.search(text):
        return True
    return count <= LABEL_WORDS and LABEL.search(text) is not None
