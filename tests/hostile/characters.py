"""Characters that hide, reorder or break text, and bytes that are not in the charset they claim."""

import codecs

from streams.core.message import Headers
from tests.hostile.record import LARGE, PARAGRAPHS, Corpus, Hostile, html, linked, page, raw, story

#: U+202A to U+202E change the direction of text, U+2066 to U+2069 isolate it, the last three are marks.
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HIDDEN = "\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\u00ad\u180e\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
SELECTORS = "\ufe00\ufe0f" + "".join(map(chr, range(0xE0100, 0xE0110)))
CONTROLS = "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0))))
NO_CHARACTERS = "\ufffe\uffff\ufdd0\U0001fffe\U0010ffff\ufff9\ufffa\ufffb"
META = '<meta name="{}" content="{}">'
NAMES = ("og:title", "author", "description", "og:site_name", "article:section", "keywords", "og:image")


def within(bad: str) -> Hostile:
    """These characters between the letters of every field."""
    metas = "".join(META.format(name, f"Fer{bad}ry {bad}Lee") for name in NAMES)
    body = story(
        before=f"<figure><figcaption>The {bad}quay in{bad}side</figcaption></figure>",
        after=f"<p>{PARAGRAPHS[0][:40]}{bad}{PARAGRAPHS[0][40:]}</p><p>{bad}</p>",
    )
    return html(page(body, head=metas, title=f"Harbour{bad} fer{bad}ry"))


def referred(numbers: tuple[int, ...]) -> Hostile:
    """These characters as character references, which a parser decodes."""
    return within("".join(f"&#{number};&#x{number:x};" for number in numbers))


def labelled(charset: str, text: str | None = None, actual: str = "utf-8", mark: bytes = b"") -> Hostile:
    """A page that claims a charset and is in another."""
    written = (page() if text is None else text).replace('charset="utf-8"', f'charset="{charset}"')
    headers: Headers = (("content-type", f"text/html; charset={charset}".encode()),)
    return Hostile(value=mark + written.encode(actual, "replace"), headers=headers)


def cut_off() -> Hostile:
    """UTF-8 with characters that are cut off in the middle."""
    return Hostile(value=page(story(after="<p>Fähre \N{FERRY}</p>")).encode().replace(b"\x9b\xb4", b"\x9b"))


def noise() -> Hostile:
    """A page with all 256 bytes, very often."""
    return Hostile(value=page().encode().replace(b"</article>", bytes(range(256)) * 6_000 + b"</article>"))


def utf7() -> Hostile:
    """Markup that is a script only in UTF-7."""
    return labelled("utf-7", page(story(after="<p>+ADw-script+AD4-alert(1)+ADw-/script+AD4-</p>")))


CHARACTERS: Corpus = {
    "controls": lambda: within(CONTROLS),
    "turns": lambda: within(TURNS),
    "hidden": lambda: within(HIDDEN),
    "tags": lambda: within(TAGS),
    "selectors": lambda: within(SELECTORS),
    "no characters": lambda: within(NO_CHARACTERS),
    "half characters": lambda: within("\ud800\udfff\udc00"),
    "references to controls": lambda: referred((*range(0x20), *range(0x7F, 0xA0))),
    "references to turns": lambda: referred(tuple(map(ord, TURNS))),
    "references to hidden": lambda: referred(tuple(map(ord, HIDDEN))),
    "references to half characters": lambda: referred((0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF, 10**40)),
    "references with semicolons left out": lambda: within("&lt&gt&ampltscript&ampgt"),
    "turns in JSON-LD": lambda: html(
        page(
            head=linked(
                '{"@type":"NewsArticle","headline":"Harbour \\u202eyrref","author":"A\\u202enn \\u2066Lee",'
                '"keywords":["\\u200bport"],"publisher":{"name":"Ga\\u2067zette"},"inLanguage":"en\\u202e"}'
            )
        )
    ),
    "turns in a JSON record": lambda: raw(
        html=None, text="\n\n".join(PARAGRAPHS), title=f"Ferry{TURNS} stays"
    ),
    "many turns": lambda: html(page(story(after=f"<p>{TURNS * 40_000}</p>"))),
    "7 MB of NUL": lambda: Hostile(value=page().encode() + b"\0" * LARGE),
    "NULs before the page": lambda: Hostile(value=b"\0" * 10 + page().encode()),
    "NULs in tags": lambda: Hostile(
        value=page(story(after="<scr\0ipt>alert(1)</scr\0ipt><p>a</p>")).encode()
    ),
    "utf-7": utf7,
    "utf-16 that is ascii": lambda: labelled("utf-16"),
    "utf-16 called ascii": lambda: labelled("ascii", actual="utf-16-le"),
    "utf-16 with a mark called utf-8": lambda: labelled(
        "utf-8", actual="utf-16-le", mark=codecs.BOM_UTF16_LE
    ),
    "utf-32 with a mark": lambda: labelled("utf-32", actual="utf-32"),
    "utf-8 mark before windows-1252": lambda: labelled("windows-1252", actual="cp1252", mark=codecs.BOM_UTF8),
    "utf-16 mark before utf-8": lambda: labelled("utf-8", mark=codecs.BOM_UTF16_BE),
    "a charset that is none": lambda: labelled("no-such-charset\x00"),
    "a codec that is no charset": lambda: labelled("zlib"),
    "a codec of python's own": lambda: labelled(
        "unicode_escape", page(story(after="<p>\\x3cscript\\x3e</p>"))
    ),
    "raw_unicode_escape": lambda: labelled("raw_unicode_escape", page(story(after="<p>\\u003cscript></p>"))),
    "idna": lambda: labelled("idna", page(story(after="<p>xn--" + "a" * 200_000 + "</p>"))),
    "punycode": lambda: labelled("punycode", page(story(after="<p>" + "-a9" * 400_000 + "</p>"))),
    "long punycode": lambda: labelled("punycode", "<html>é-" + "kva" * 500_000, "latin-1"),
    "a charset of 1 MB": lambda: labelled("x" * 1_000_000),
    "iso-2022-jp with a script": lambda: labelled(
        "iso-2022-jp", page(story(after="<p>\x1b$B<script>alert(1)</script>\x1b(B</p>"))
    ),
    "hz with a script": lambda: labelled("hz-gb-2312", page(story(after="<p>~{<script>~}</p>"))),
    "gb18030 cut off": lambda: labelled("gb18030", page(story(after="<p>\udc81</p>")), "gb18030"),
    "characters cut off": cut_off,
    "all bytes": noise,
}
