"""Markup in every field that a page or a scraper can fill, in every notation that some software reads."""

import json
from collections.abc import Iterator

from tests.hostile.record import PARAGRAPHS, Corpus, Hostile, html, linked, page, raw, story

#: A word that only scripts contain: where it is in a record, a script was taken for text.
MARK = "xjdkq"
PLAIN = {
    "script": f"<script>alert('{MARK}')</script>",
    "handler": f"<img src=x onerror=\"alert('{MARK}')\">",
    "svg": f"<svg onload=alert('{MARK}')><circle/></svg>",
    "frame": f'<iframe srcdoc="&lt;script&gt;{MARK}&lt;/script&gt;"></iframe>',
    "style": f"<style>{MARK}{{}}</style>",
    "comment": f"<!-- {MARK} -->",
    "section": f"<![CDATA[<script>{MARK}</script>]]>",
    "capitals": f"<ScRiPt>alert('{MARK}')</sCrIpT>",
    "slashes": f"<img/src=x/onerror=alert('{MARK}')//",
    "unclosed": f"<script>alert('{MARK}')",
    "no end": f"<img src=x onerror=alert('{MARK}')",
    "in two": f"<scr<script>ipt>alert('{MARK}')</scr</script>ipt>",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={MARK}>">',
    "math": "<math><mtext><table><mglyph><style><!--</style>"
    f'<img title="--&gt;&lt;img src=x onerror={MARK}&gt;">',
    "form": f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={MARK}>",
    "template": f"<template><script>{MARK}</script></template>",
    "xss in attribute": f"\"><script>alert('{MARK}')</script>",
    "xss in single": f"'><script>alert('{MARK}')</script>",
    "close": f"</title></script></style></textarea><script>{MARK}</script>",
}
METAS = (
    "og:title og:description description author article:author og:site_name article:tag article:section "
    "keywords news_keywords article:published_time article:modified_time og:locale content-language "
    "application-name article:content_tier date publisher"
)
LINKS = (
    f"javascript:alert('{MARK}')",
    f" java\tscript:alert('{MARK}')",
    f"\x01javascript:{MARK}",
    f"JaVaScRiPt:{MARK}//https://a.example/",
    f"data:text/html,<script>{MARK}</script>",
    f"vbscript:msgbox({MARK})",
    f"//a.example/<script>{MARK}</script>",
    f'https://a.example/"><script>{MARK}</script>',
    f"https://user:{MARK}@a.example/",
    f"https:javascript:{MARK}",
    f"file:///etc/{MARK}",
    f"blob:https://a.example/{MARK}",
)


def escaped(text: str, times: int) -> str:
    """`text` with its signs escaped as entities, this many times."""
    for _ in range(times):
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text


def numbered(text: str) -> str:
    """Every character as a numeric reference."""
    return "".join(f"&#{ord(character)};" for character in text)


def in_json(value: object) -> str:
    """JSON that may be in a script: without `</script>`, which would end it."""
    return json.dumps(value).replace("</", "<\\/").replace("<!--", "<\\u0021--")


def everywhere(bad: str) -> Hostile:
    """`bad` in all metadata of a page, and in the middle of what it shows."""
    quoted = bad.replace('"', "&quot;")
    metas = "".join(f'<meta property="{name}" content="Ferry {quoted} Lee">' for name in METAS.split())
    shown = story(
        before=f"<h2>{bad}</h2><span class=author>By Ann {bad} Lee</span>"
        f'<time datetime="{quoted}">{bad}</time>'
        f'<figure><img alt="{quoted}" src="{quoted}"><figcaption>The quay {bad} now</figcaption></figure>',
        after=f"<p>The boat {bad} came in at nine, and nobody on the quay had waited that long.</p>{bad}"
        f'<p><a rel=license href="{quoted}">{bad}</a></p>',
    )
    return html(page(shown, head=metas, title=f"Harbour {bad} ferry"))


def in_linked_data(bad: str) -> Hostile:
    """`bad` in every value of the JSON-LD."""
    text = f"Harbour {bad} ferry"
    node = {
        "@type": "NewsArticle", "headline": text, "description": text, "articleSection": text, "name": text,
        "author": [{"@type": "Person", "name": f"Ann {bad} Lee"}, text], "creator": text,
        "publisher": {"@type": "Organization", "name": text}, "keywords": [text, bad], "inLanguage": bad,
        "datePublished": f"2026-11-01{bad}", "dateModified": bad, "image": {"url": f"https://a.example/{bad}"},
        "license": bad, "isAccessibleForFree": bad,
    }  # fmt: skip
    values = ",".join(f"{json.dumps(name)}:{in_json(value)}" for name, value in node.items())
    return html(page(head=linked("{" + values + "}")))


def from_scraper(bad: str) -> Hostile:
    """`bad` in every field of a JSON record with text."""
    text = "\n\n".join([PARAGRAPHS[0], f"{PARAGRAPHS[1]} {bad} {PARAGRAPHS[2]}", PARAGRAPHS[2]])
    return raw(
        html=None, text=text, title=f"Harbour {bad} ferry", authors=[f"Ann {bad} Lee", bad], language=bad,
        feed=bad, published_at=bad, fetched_at=bad, charset=bad, meta={bad: bad},
    )  # fmt: skip


def linking(link: str) -> Hostile:
    """`link` in every place where a page may have a link."""
    quoted = link.replace('"', "&quot;")
    metas = "".join(
        f'<meta property="{name}" content="{quoted}">'
        for name in ("og:url", "og:image", "author", "article:author")
    )
    node = in_json({"@type": "NewsArticle", "image": link, "license": link, "author": link})
    shown = f'<a rel="license" href="{quoted}">Licence</a><a rel=author href="{quoted}">{quoted}</a>'
    head = f'<base href="{quoted}"><link rel=canonical href="{quoted}">{metas}{linked(node)}'
    return html(page(story(after=shown), head))


def variants() -> Iterator[tuple[str, str]]:
    """Each piece of markup as it is, and escaped as often as some software may undo."""
    for name, bad in PLAIN.items():
        yield name, bad
    for name in ("script", "handler"):
        for times in (1, 2, 3):
            yield f"{name} escaped {times} times", escaped(PLAIN[name], times)
        yield f"{name} by numbers", numbered(PLAIN[name])


SCRIPTS: Corpus = {
    **{f"{name} in the page": lambda bad=bad: everywhere(bad) for name, bad in variants()},
    **{f"{name} in JSON-LD": lambda bad=bad: in_linked_data(bad) for name, bad in variants()},
    **{f"{name} from the scraper": lambda bad=bad: from_scraper(bad) for name, bad in variants()},
    **{f"{link[:24]!r} as a link": lambda link=link: linking(link) for link in LINKS},
}
