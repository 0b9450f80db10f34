"""The names of the months in the languages that news is written in."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from unicodedata import normalize

from dateparser.languages.loader import default_loader

#: The more widely written first: `listopad` is November in Czech and Polish, October in Croatian.
LANGUAGES = (
    *("en", "es", "de", "ja", "fr", "pt", "ru", "it", "nl", "pl", "tr", "zh", "fa", "vi", "id", "cs", "ko"),
    *("uk", "ar", "el", "he", "sv", "ro", "hu", "da", "fi", "sk", "bg", "sr", "nb", "ca", "th", "lt", "lv"),
    *("et", "hi", "bn", "ta", "te", "ml", "mr", "gu", "ur", "ms", "fil", "ka", "az", "kk", "uz", "sq", "mk"),
    *("bs", "is", "sl", "hr", "sw", "af", "eu", "gl", "cy", "ga", "be", "hy", "mn", "ne", "si", "km", "my"),
)
ENGLISH = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
#: Names that dateparser's tables lack, a row for the twelve months: of Syria to Iraq, and of the Maghreb.
MORE: Mapping[str, tuple[str, ...]] = {
    "ar": (
        "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول",
        "جانفي,فيفري,مارس,أفريل,ماي,جوان,جويلية,أوت,سبتمبر,أكتوبر,نوفمبر,ديسمبر",
        "يناير,فبراير,مارس,إبريل,مايو,يونيه,يوليه,غشت,شتنبر,اكتوبر,نونبر,دجنبر",
    ),
    "en": ("jan,feb,mar,apr,may,jun,jul,aug,sept,oct,nov,dec",),
    "it": ("gen,feb,mar,apr,mag,giu,lug,ago,sett,ott,nov,dic",),
    "nl": ("jan,feb,mrt,apr,mei,jun,jul,aug,sept,okt,nov,dec",),
    "pt": ("jan,fev,mar,abr,mai,jun,jul,ago,set,out,nov,dez",),
    "sr": ("januar,februar,mart,april,maj,jun,jul,avgust,septembar,oktobar,novembar,decembar",),
}
#: The months of the Persian calendar: in Iran and in Afghanistan.
PERSIAN = (
    "فروردین,اردیبهشت,خرداد,تیر,مرداد,شهریور,مهر,آبان,آذر,دی,بهمن,اسفند",
    "حمل,ثور,جوزا,سرطان,اسد,سنبله,میزان,عقرب,قوس,جدی,دلو,حوت",
)
#: What stands between day, month and year, and is part of neither.
JOINING = {
    *("de", "del", "di", "do", "d", "da", "of", "the", "a", "el", "na", "m", "r", "gada", "م", "سنة"),
    *("ngay", "nam", "พ", "ศ", "พศ", "เดือน", "tahun", "ano"),
}
ACCENTS = re.compile("[\u0300-\u036f.'’׳`]+")
NAME = re.compile(r"[^\W\d_][^\d,]+")
SEPARATORS = re.compile(r"[\s.,-]+")
SHORT = 3


def fold(word: str) -> str:
    """Without case, accents and stops: `Sept.` and `sept`, `März` and `MARZ` are one."""
    plain = word.replace("İ", "i").replace("ı", "i").lower()
    return ACCENTS.sub("", normalize("NFKD", plain)).replace("ي", "ی").replace("ك", "ک")


def month(words: str, language: str | None) -> int | None:
    """1 to 12 for the name of a month in this language, or in any; None for other words."""
    parts = _parts(words)
    for name in (" ".join(parts), "".join(parts)):
        for table in (_names(language), _all_names()):
            if name in table:
                return table[name]
    return None


def persian_month(words: str) -> int | None:
    """1 to 12 for the name of a month of the Persian calendar."""
    return _persian_names().get(" ".join(_parts(words)))


def _parts(words: str) -> list[str]:
    return [part for part in SEPARATORS.split(fold(words)) if part and part not in JOINING]


@cache
def _persian_names() -> dict[str, int]:
    return dict(_numbered(PERSIAN))


@cache
def _names(language: str | None) -> dict[str, int]:
    if language not in LANGUAGES:
        return {}
    [locale] = default_loader.get_locales(languages=[language])
    known = {
        fold(name): number
        for number, key in enumerate(ENGLISH, 1)
        for name in locale.info.get(key, ())
        if NAME.fullmatch(name) and not name.isupper()
    }
    return known | dict(_numbered(MORE.get(language, ())))


@cache
def _all_names() -> dict[str, int]:
    """Of all languages; a short name may be another word in another language."""
    collected: dict[str, int] = {}
    for language in LANGUAGES:
        for name, number in _names(language).items():
            if len(name) >= SHORT or not name.isascii():
                collected.setdefault(name, number)
    return collected


def _numbered(rows: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for row in rows:
        yield from ((fold(name), number) for number, name in enumerate(row.split(","), 1))
