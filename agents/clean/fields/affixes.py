"""What is written before and after a headline: the name of the site, of a section, `(Published 2026)`."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from agents.clean.page import jsonld
from agents.clean.page.markup import plain
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, word_count

# `Headline | Site`, `Headline - Site`, `見出し：サイト`, `标题_网站`. A hyphen without spaces is no separator
# but beside characters that are written without spaces.
UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
SEPARATOR = re.compile(
    f" ?[|｜：ㅣ¦¬] ?| (?:[·•»«–—_~:/>⋆-]|--+|::) |(?<=[{UNSPACED}])(?:--?|[_–—])|[-_](?=[{UNSPACED}])"
)
# Of these, only a heading on the page says whether they separate.
COLON = re.compile(r"(?:[:?!…]|\.{3}|[”»\"]) ")
PUBLISHED = re.compile(
    r" [(\[](?:published|updated|publi[eé]e?|publicado|pubblicato|veröffentlicht|gepubliceerd|opublikowano)"
    r" (?:19|20)\d\d[)\]]$",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(
    r" ?[(\[【（][^()\[\]【】（）]{1,40}[)\]】）]$|^[(\[【（][^()\[\]【】（）]{1,20}[)\]】）] ?"
)
HOST_NAME = re.compile(r"[\w-]{2,40}(?:\.[\w-]{2,40}){1,3}")
SECTIONS = {
    *("news", "sport", "sports", "politics", "business", "economy", "opinion", "opinions", "world", "local"),
    *("culture", "technology", "science", "health", "lifestyle", "entertainment", "analysis", "comment"),
    *("commentary", "editorial", "column", "video", "podcast", "live", "exclusive", "breakingnews", "home"),
    *(
        "international",
        "national",
        "travel",
        "money",
        "uk",
        "us",
        "review",
        "interview",
        "latest",
        "latestnews",
    ),
    *(
        "nachrichten",
        "politik",
        "wirtschaft",
        "kultur",
        "wissen",
        "panorama",
        "meinung",
        "kommentar",
        "gastbeitrag",
    ),
    *("gesellschaft", "regional", "ausland", "inland", "actualité", "actualités", "politique", "économie"),
    *("société", "monde", "tribune", "culture", "opinión", "política", "economía", "sociedad", "cultura"),
    *("deportes", "internacional", "noticias", "nacional", "editoriale", "politica", "economia", "cronaca"),
    *(
        "notizie",
        "opinione",
        "esteri",
        "opinião",
        "notícias",
        "esporte",
        "mundo",
        "nieuws",
        "opinie",
        "nyheter",
    ),
    *(
        "nyheder",
        "kultur",
        "debatt",
        "debat",
        "ledare",
        "leder",
        "opinia",
        "wiadomości",
        "polityka",
        "gospodarka",
    ),
    *("haber", "haberler", "güncelhaberler", "gündem", "spor", "siyaset", "новости", "политика", "мнение"),
    *(
        "экономика",
        "общество",
        "новини",
        "думка",
        "חדשות",
        "דעה",
        "דעות",
        "أخبار",
        "رأي",
        "新闻",
        "新聞",
        "评论",
    ),
    *(
        "評論",
        "社説",
        "ニュース",
        "政治",
        "経済",
        "社会",
        "国際",
        "スポーツ",
        "意見",
        "뉴스",
        "정치",
        "경제",
        "사회",
        "오피니언",
    ),
}
PAPER = re.compile(
    r"\b(?:courier|herald|news|times|post|press|gazette|tribune|journal|chronicle|observer|mail|mirror|star|sun"
    r"|echo|globe|guardian|review|magazine|daily|weekly|standard|telegraph|blatt|zeitung|anzeiger|bote|kurier"
    r"|diario|noticias|correo|journal|monde|figaro|corriere|gazzetta|giornale|nieuws|blad|dagblad|gazeta)\b",
    re.IGNORECASE,
)
# What a longer form of the name of a site has around it, folded: `The Harbour Courier Online`. With other
# words it is a headline: `Harbour Courier wins prize`.
AROUND = re.compile(
    r"(?:the|der|die|das|online|onlinenews|newspaper|news|digital|website|official|homepage|home|edition|media"
    r"|magazine|com|couk|org|net|uk|usa|us|international|english|live|today|tv|radio|plus|24)++"
)
PUBLISHERS = {"NewsMediaOrganization", "Organization", "WebSite"}
MAX_PARTS = 7
MOST_RUN = 3
MAX_SECTION = 30
WORDS = 3
ENOUGH = 5
"""Letters of a name that may be a part of a longer name: `Harbour Courier Online`."""


def parts(text: str) -> list[str]:
    return [part for part in SEPARATOR.split(text, MAX_PARTS) if part]


def runs(text: str) -> Iterator[str]:
    """What the headline can be in `text`: itself, and any neighbours between separators."""
    yield text
    cuts = [match.span() for match in SEPARATOR.finditer(text)][:MAX_PARTS]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    for start in starts:
        yield from (text[start:end] for end in ends if end > start)
    yield IN_BRACKETS.sub("", text)


def after_colons(text: str) -> Iterator[str]:
    """What comes after the colons of `text`, and after quotations and questions: `Ferry: Fares rise`."""
    for run in list(runs(text)):
        yield from (run[match.end() :] for match in islice(COLON.finditer(run), MAX_PARTS))


class Names:
    """The names of the site and of its sections, by which what is no part of a headline is recognised."""

    def __init__(self, page: Page, outlet: str | None) -> None:
        nodes = [node for node in page.nodes[:50] if jsonld.types(node) & PUBLISHERS]
        claimed = [
            *(outlet, jsonld.name(page.article.get("publisher"))),
            *page.metas.get("og:site_name", ())[:2],
            *page.metas.get("application-name", ())[:2],
            *page.metas.get("apple-mobile-web-app-title", ())[:2],
            *(jsonld.name(node.get(key)) for node in nodes for key in ("name", "alternateName")),
        ]
        names = {fold(plain(name) or "") for name in claimed if name}
        first_labels = {fold(name.split(".")[0]) for name in claimed if name}
        self._sites = {name for name in names | first_labels | _labels(page.url) if len(name) > 1}
        self._outlets = {fold(plain(name) or "") for name in claimed[:3] if name} - {""}
        self._sections = SECTIONS | _sections(page)

    def is_site(self, part: str) -> bool:
        """Whether it is a name of the site, a longer or shorter form of it, or a host name."""
        name = fold(part)
        return self.is_named(part) or any(
            _is_around(name, site)
            or (
                len(name) >= ENOUGH
                and (site.endswith(name) or (site.startswith(name) and len(site) <= 2 * len(name)))
            )
            for site in self._sites
        )

    def is_named(self, part: str) -> bool:
        """Whether it is exactly a name of the site, or a host name."""
        return fold(part) in self._sites or HOST_NAME.fullmatch(part) is not None

    def _is_after_separator(self, part: str) -> bool:
        """Whether it can be the site where a headline stands before it: `| Harbour Courier for Gosport`."""
        name = fold(part)
        return self.is_site(part) or any(
            len(site) >= ENOUGH
            and len(name) <= 2 * len(site)
            and (name.startswith(site) or name.endswith(site))
            for site in self._sites
        )

    def is_outlet(self, author: str, *, sure: bool) -> bool:
        """Whether an author is the site itself, or its newsroom: `Harbour Courier Online`."""
        name = fold(author)
        return any(name.startswith(site) for site in self._outlets) or (
            not sure and name in self._sites and PAPER.search(author) is not None
        )

    def is_section(self, part: str) -> bool:
        return fold(part) in self._sections

    def without(self, headline: str) -> str:
        """The headline without the names of site and section around it. Something of it always stays."""
        headline = PUBLISHED.sub("", headline)
        spans = [match.span() for match in SEPARATOR.finditer(headline)][-MAX_PARTS:]
        starts, ends = [0, *(end for _, end in spans)], [*(start for start, _ in spans), len(headline)]
        first, last = 0, len(starts) - 1
        last = self._before_site(headline, starts, ends)
        if last == len(starts) - 1:
            first = self._after_site(headline, starts, ends)
        is_cut = last < len(starts) - 1 or first > 0
        while last > first and self.is_section(headline[starts[last] : ends[last]]):
            if not (is_cut or word_count(headline[starts[first] : ends[last - 1]]) >= WORDS):
                break
            last -= 1
        while first < last and self.is_section(headline[starts[first] : ends[first]]):
            first += 1
        return headline[starts[first] : ends[last]]

    def _before_site(self, headline: str, starts: list[int], ends: list[int]) -> int:
        last = len(starts) - 1
        for start in range(max(1, last - MOST_RUN), last + 1):
            if self._is_after_separator(headline[starts[start] : ends[last]]):
                return start - 1
        return last

    def _after_site(self, headline: str, starts: list[int], ends: list[int]) -> int:
        for end in range(min(MOST_RUN, len(starts) - 1) - 1, -1, -1):
            if self.is_site(headline[: ends[end]]):
                return end + 1
        return 0


def _is_around(name: str, site: str) -> bool:
    """Whether it is the name of the site with a few words such as `Online`."""
    before, inner, after = name.partition(site)
    return (
        bool(inner)
        and len(site) >= ENOUGH
        and all(not each or AROUND.fullmatch(each) for each in (before, after))
    )


def _labels(url: str) -> set[str]:
    """`harbourcourier` and `harbourcourierexample` of `www.harbour-courier.example`."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return set()
    labels = host.split(".")
    return {fold(label) for label in labels[:-1] if len(label) > 2} | {fold(host)}


def _sections(page: Page) -> set[str]:
    named = [*page.metas.get("article:section", ())[:3], *jsonld.many(page.article.get("articleSection"))[:5]]
    try:
        path = urlsplit(page.url).path.split("/")[1:-1][:4]
    except ValueError:
        path = []
    return {fold(each) for each in (*named, *path) if isinstance(each, str) and len(each) <= MAX_SECTION} - {
        ""
    }
