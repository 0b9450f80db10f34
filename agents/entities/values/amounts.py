"""Money, percentages and quantities → numbers: `$3 million` is `3000000 USD`."""

import re
from decimal import Decimal, InvalidOperation

ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMBERS = {
    **{name: Decimal(number) for number, name in enumerate(ONES)},
    **{name: Decimal(10 * number) for number, name in enumerate(TENS, start=2)},
    "a": Decimal(1),
    "half": Decimal("0.5"),
}
SCALES = {
    **dict.fromkeys(("hundred",), 100),
    **dict.fromkeys(("thousand", "k"), 1_000),
    **dict.fromkeys(("million", "millions", "m", "mn", "mln"), 1_000_000),
    **dict.fromkeys(("billion", "billions", "bn", "b"), 1_000_000_000),
    **dict.fromkeys(("trillion", "tn"), 1_000_000_000_000),
    "crore": 10_000_000,
    "lakh": 100_000,
}
#: Longer signs first.
SIGNS = {
    "US$": "USD",
    "C$": "CAD",
    "A$": "AUD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "S$": "SGD",
    "R$": "BRL",
    "GH¢": "GHS",
    "RM": "MYR",
    "NKr": "NOK",
    "SKr": "SEK",
    "DKr": "DKK",
    "KSh": "KES",
    "Rp": "IDR",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₦": "NGN",
    "₱": "PHP",
    "₴": "UAH",
}
WORDS = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "rupee": "INR",
    "won": "KRW",
    "ruble": "RUB",
    "rouble": "RUB",
    "lira": "TRY",
    "naira": "NGN",
    "rand": "ZAR",
    "real": "BRL",
    "reais": "BRL",
    "zloty": "PLN",
    "forint": "HUF",
    "franc": "CHF",
    "krona": "SEK",
    "kronor": "SEK",
    "kroner": "NOK",
    "hryvnia": "UAH",
    "shekel": "ILS",
    "baht": "THB",
    "ringgit": "MYR",
    "rupiah": "IDR",
    "dong": "VND",
    "taka": "BDT",
    "cedi": "GHS",
    "sole": "PEN",
    "tenge": "KZT",
    "dirham": "AED",
    "riyal": "SAR",
    "crown": "CZK",
    "cent": "USD",
    "pence": "GBP",
}
#: Before the name of a unit that several countries have.
OF_COUNTRY = {
    ("australian", "dollar"): "AUD",
    ("canadian", "dollar"): "CAD",
    ("hong kong", "dollar"): "HKD",
    ("singapore", "dollar"): "SGD",
    ("new zealand", "dollar"): "NZD",
    ("jamaican", "dollar"): "JMD",
    ("taiwan", "dollar"): "TWD",
    ("swedish", "krona"): "SEK",
    ("swedish", "kronor"): "SEK",
    ("danish", "kroner"): "DKK",
    ("danish", "krone"): "DKK",
    ("icelandic", "krona"): "ISK",
    ("egyptian", "pound"): "EGP",
    ("sudanese", "pound"): "SDG",
    ("lebanese", "pound"): "LBP",
    ("pakistani", "rupee"): "PKR",
    ("sri lankan", "rupee"): "LKR",
    ("nepalese", "rupee"): "NPR",
    ("mexican", "peso"): "MXN",
    ("argentine", "peso"): "ARS",
    ("philippine", "peso"): "PHP",
    ("chilean", "peso"): "CLP",
    ("colombian", "peso"): "COP",
    ("kenyan", "shilling"): "KES",
    ("ugandan", "shilling"): "UGX",
    ("tanzanian", "shilling"): "TZS",
    ("kuwaiti", "dinar"): "KWD",
    ("iraqi", "dinar"): "IQD",
    ("serbian", "dinar"): "RSD",
}
#: Before figures: `N4.7 billion`, `R500,000`.
INITIALS = {"N": "NGN", "R": "ZAR"}
PARTS = frozenset(("cent", "cents", "pence"))
NUMBER = re.compile(r"\d+(?:[,.\u00a0\u202f]\d{3}(?!\d))*(?:[.,]\d+)?")
INITIAL = re.compile(r"\b([NR])\d")
#: As a part of patterns.
CODES = "USD|EUR|GBP|JPY|CNY|INR|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|ZAR|BRL|KRW|RUB|TRY|AED|KES|NGN|PKR"
CODE = re.compile(rf"\b(?:{CODES})\b")


def normal_money(text: str) -> str | None:
    """The amount and its currency (ISO 4217), of which a dollar without a country is the American."""
    amount, currency = number(text), _currency(text)
    if amount is None or currency is None:
        return None
    words = set(re.findall(r"[a-z]+", text.casefold()))
    return f"{_plain(amount / 100 if words & PARTS else amount)} {currency}"


def normal_percent(text: str) -> str | None:
    amount = number(text)
    return None if amount is None else _plain(amount)


def normal_quantity(text: str) -> str | None:
    """The number and its unit as written: `120 km`."""
    amount = number(text)
    words = [
        word for word in re.findall(r"[^\W\d_][\w/²³-]*", text.casefold()) if word not in NUMBERS | SCALES
    ]
    return None if amount is None or not words else f"{_plain(amount)} {words[-1]}"


def number(text: str) -> Decimal | None:
    """The first number of a text, in figures or in words: `1.5 million`, `two hundred`."""
    figures = NUMBER.search(text)
    words = re.findall(r"[a-z]+", text[figures.end() if figures else 0 :].casefold())
    if figures is None:
        return _in_words(words)
    try:
        amount = Decimal(_figures(figures[0]))
    except InvalidOperation:
        return None
    for word in words[:2]:
        amount *= SCALES.get(word, 1)
    return amount


def _figures(written: str) -> str:
    """With a point for decimals alone: `1,200.5`, `1.200,5`, `4,5`."""
    plain = written.replace("\u00a0", "").replace("\u202f", "")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0 or (len(plain) - last - 1 == 3 and plain[last] == ","):
        return plain.replace(",", "").replace(".", "") if last >= 0 and plain[last] == "," else plain
    whole, rest = plain[:last], plain[last + 1 :]
    return f"{whole.replace(',', '').replace('.', '')}.{rest}"


def _in_words(words: list[str]) -> Decimal | None:
    total = Decimal(0)
    current: Decimal | None = None
    for word in words:
        if word == "a" and current is not None:
            continue
        if word in NUMBERS:
            current = (current or Decimal(0)) + NUMBERS[word]
        elif word in SCALES and current is not None:
            current *= SCALES[word]
            if SCALES[word] >= 1000:
                total, current = total + current, Decimal(0)
        elif current is not None and word != "and":
            break
    return None if current is None else total + current


def _currency(text: str) -> str | None:
    for sign, code in SIGNS.items():
        if sign in text:
            return code
    if named := CODE.search(text):
        return named[0]
    if initial := INITIAL.search(text):
        return INITIALS[initial[1]]
    plain = text.casefold()
    for (country, unit), code in OF_COUNTRY.items():
        if country in plain and unit in plain:
            return code
    words = (
        word.removesuffix("s") if word not in WORDS else word
        for word in re.findall(r"[a-z]+", text.casefold())
    )
    return next((WORDS[word] for word in words if word in WORDS), None)


def _plain(amount: Decimal) -> str:
    text = f"{amount.normalize():f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
