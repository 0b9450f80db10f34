"""Pages for tests of kinds, in the markup of sites: cards in several shapes, and what is around them."""

import json
import tomllib
from pathlib import Path

STOCK = tomllib.loads((Path(__file__).parent / "stock.toml").read_text("utf-8"))
SITE = "https://brackwater-courier.example"
NAV = (
    '<header class="site"><a class="logo" href="/"><img src="/l.svg" alt="Courier"></a><nav><ul>'
    '<li><a href="/town">Town</a></li><li><a href="/sport">Sport</a></li><li><a href="/dates">Dates</a></li>'
    "</ul></nav></header>"
)
FOOTER = (
    '<footer><ul><li><a href="/imprint">Imprint</a></li><li><a href="/privacy">Privacy</a></li></ul>'
    "<p>© Brackwater Courier</p></footer>"
)
BANNER = (
    '<div id="cmp" class="cookie-banner" role="dialog"><p>We use cookies. You can change your choice.</p>'
    "<button>Accept all</button><button>Reject</button></div>"
)
SHAPES = {
    "headings": '<div class="card"><h3><a href="{url}">{head}</a></h3><p>{teaser}</p></div>',
    "around": '<a class="teaser" href="{url}"><img src="/i.jpg" alt=""><h2>{head}</h2><p>{teaser}</p></a>',
    "article": '<article class="post"><header><h2 class="entry-title"><a href="{url}">{head}</a></h2>'
    '<time datetime="2026-03-10">10.3.</time></header><div class="entry"><p>{teaser}</p>'
    '<a class="more" href="{url}">…</a></div></article>',
    "list": '<li><a href="{url}"><span class="title">{head}</span></a><span class="t">{teaser}</span></li>',
    "flat": '<h3><a href="{url}">{head}</a></h3><p>{teaser}</p>',
    "divs": '<div class="row"><div class="c3"><a href="{url}"><img src="/t.webp"></a></div><div class="c9">'
    '<div class="kicker">·</div><div class="h"><a href="{url}">{head}</a></div><div class="t">{teaser}</div>'
    "</div></div>",
    "table": '<tr><td><a href="{url}"><b>{head}</b></a><br>{teaser}</td></tr>',
    "bare": '<li class="item"><a href="{url}">{head}</a> <time>10.03.2026</time></li>',
}
AROUND = {"list": "ul", "bare": "ul", "table": "table"}


def cards(shape: str, language: str = "en", number: int = 6) -> str:
    stock = STOCK[language]
    heads, teasers = stock["headlines"], stock["teasers"]
    shown = (
        SHAPES[shape].format(
            url=f"/news/{at}-a-story", head=heads[at % len(heads)], teaser=teasers[at % len(heads)]
        )
        for at in range(number)
    )
    tag = AROUND.get(shape, "div")
    return f'<{tag} class="stream">{"".join(shown)}</{tag}>'


def prose(language: str = "en", number: int = 3) -> str:
    return "".join(f"<p>{each}</p>" for each in STOCK[language]["prose"][:number])


def document(title: str, body: str, head: str = "", language: str = "en", *, around: bool = True) -> str:
    before, after = (NAV, FOOTER) if around else ("", "")
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{head}'
        f"</head><body>{before}{body}{after}<script>window.dataLayer=[]</script></body></html>"
    )


def og(kind: str) -> str:
    return f'<meta property="og:type" content="{kind}">'


def ld(kind: str, **fields: object) -> str:
    node = {"@context": "https://schema.org", "@type": kind} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'
