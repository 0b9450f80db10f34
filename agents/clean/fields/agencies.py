"""News agencies by the names and initials they sign with."""

import re

AGENCIES = {
    "Reuters": ("reuters", "thomson reuters", "рейтер", "رويترز", "路透社", "ロイター", "로이터"),
    "AP": ("ap", "associated press", "the associated press", "美联社", "美聯社"),
    "AFP": ("afp", "agence france-presse", "agence france presse", "法新社", "ا ف ب", "أ ف ب"),
    "dpa": ("dpa", "deutsche presse-agentur", "dpa-afx"),
    "EFE": ("efe", "agencia efe"),
    "Europa Press": ("europa press", "europapress"),
    "ANSA": ("ansa",),
    "APA": ("apa",),
    "Keystone-SDA": ("sda", "ats", "keystone-sda", "keystone-ats", "keystone"),
    "SID": ("sid", "sport-informations-dienst"),
    "epd": ("epd", "evangelischer pressedienst"),
    "KNA": ("kna", "katholische nachrichten-agentur"),
    "Xinhua": ("xinhua", "新华社", "新華社"),
    "TASS": ("tass", "тасс"),
    "Interfax": ("interfax", "интерфакс"),
    "RIA Novosti": ("ria novosti", "риа новости"),
    "Ukrinform": ("ukrinform", "укринформ", "укрінформ"),
    "Kyodo": ("kyodo", "kyodo news", "共同", "共同通信"),
    "Jiji": ("jiji", "jiji press", "時事", "時事通信"),
    "Yonhap": ("yonhap", "yonhap news agency", "연합뉴스"),
    "PTI": ("pti", "press trust of india"),
    "ANI": ("ani",),
    "IANS": ("ians",),
    "Anadolu": ("anadolu", "anadolu agency", "anadolu ajansı"),
    "Bernama": ("bernama",),
    "Antara": ("antara", "antara news"),
    "AAP": ("aap", "australian associated press"),
    "PA": ("pa", "pa media", "press association", "pa news agency"),
    "The Canadian Press": ("canadian press", "the canadian press", "la presse canadienne"),
    "Belga": ("belga", "agence belga"),
    "ANP": ("anp",),
    "NTB": ("ntb",),
    "TT": ("tt", "tt nyhetsbyrån"),
    "Ritzau": ("ritzau",),
    "STT": ("stt",),
    "PAP": ("pap",),
    "ČTK": ("čtk", "ctk"),
    "MTI": ("mti",),
    "Lusa": ("lusa", "agência lusa"),
    "UPI": ("upi", "united press international"),
    "Business Wire": ("business wire", "businesswire"),
    "PR Newswire": ("pr newswire", "prnewswire"),
    "GlobeNewswire": ("globenewswire", "globe newswire"),
    "Agência Brasil": ("agência brasil", "agencia brasil"),
    "Adnkronos": ("adnkronos",),
    "AGI": ("agi",),
    "Agerpres": ("agerpres",),
    "BTA": ("bta",),
    "Hina": ("hina",),
    "Tanjug": ("tanjug", "танјуг"),
    "LETA": ("leta",),
    "BNS": ("bns",),
    "Central News Agency": ("central news agency", "中央社"),
    "China News Service": ("china news service", "中新社", "中新网", "中国新闻网"),
    "Newsis": ("newsis", "뉴시스"),
    "News1": ("뉴스1",),
    "WAM": ("wam", "وام"),
    "SPA": ("واس",),
    "MENA": ("أ ش أ",),
    "Bloomberg": ("bloomberg", "bloomberg news"),
}
BY_NAME = {name: agency for agency, names in AGENCIES.items() for name in names}
INITIALS = 5
# A run of spaces is read once, from its beginning.
PARTS = re.compile(r"(?:(?<!\s)\s++)?[/,;&()]\s*|(?<!\s)\s++(?:and|und|et|y|e)\s+")


def agencies_in(signature: str) -> list[str]:
    """The agencies of `dpa/AFP` or `Reuters and AP`, in order; none where it names anything else."""
    parts = [part for part in PARTS.split(signature.strip()) if part]
    # `dpa/lno` is dpa with the initials of its regional service.
    if not all(part.casefold() in BY_NAME or len(part) <= INITIALS for part in parts):
        return []
    return list(dict.fromkeys(BY_NAME[part.casefold()] for part in parts if part.casefold() in BY_NAME))
