"""Lists of articles: home pages, sections, an author's articles, results of a search, galleries."""

import re

from agents.clean.kinds.look import Look
from agents.clean.kinds.sums import total
from agents.clean.page.extract import link_share
from agents.clean.page.text import word_count

ENOUGH = 0.8
MOST_OF_STRUCTURE = 1.6
"""The sum of all signals of `_structure`."""
# A text with a greater share of links is a menu. On 439 news pages the greatest share is 0.18.
LINK_PAGE = 0.5
PICTURES = re.compile(
    r"\b\d{1,3} ?(?:photos?|pictures?|pics|images?|slides?|bilder|fotos?|immagini|imagens|im[áa]genes"
    r"|kuvaa|zdję[ćc]\w*|фото\w*"
    r"|fotek|foto[ğg]raf)|\d{1,3} ?(?:枚|张|張|장)"
)
GALLERIES = re.compile(
    r"\b(?:photo |picture |image )?galler(?:y|ies)\b|\bin pictures\b|\b(?:photos|pictures|bildergalerien?"
    r"|fotostrecken?|bilder|galeries?"
    r"|galer[íi]as?|fotogaler\w+|diaporamas?|fotos|fotografie|imágenes|immagini|bildspel|kuvagalleria\w*"
    r"|galerie|galeria|galerii|zdjęcia)\b"
    r"|\bгалере|\bфото|写真|图片|圖片|포토|사진"
)
RESULTS = re.compile(
    r"\b(?:search (?:results?|the)|results? (?:for|of)|no (?:results|matches|hits|articles) |(?:articles?"
    r"|results?|hits) found|found \d+"
    r"|\d+ (?:results|hits|treffer|résultats|resultados|risultati|resultaten|träffar|treff|resultater"
    r"|osumaa|wyników|výsledk\w+|sonuç))\b"
    r"|\b(?:suchergebnis\w*|suche nach|treffer für|keine treffer|recherche|résultats?|búsqueda|resultados?"
    r"|pesquisa|risultat[io]|ricerca"
    r"|zoekresultaten|resultaten|sökresultat|sökning|søkeresultat\w*|søgeresultat\w*|hakutulokset|wyniki"
    r"|výsledky|результат\w*|поиск"
    r"|arama sonuç\w*|sonuçları)\b|検索結果|搜索结果|搜尋結果|검색 ?결과|نتائج البحث"
)
ARTICLES_BY = re.compile(
    r"\b(?:(?:articles?|stories|posts?|all|more|news|written|latest) (?:by|from|of)|(?:artikel|beiträge"
    r"|texte) von|alle artikel|articles? de"
    r"|(?:artículos|artigos|notas|textos) de|articoli di|artikelen van|artiklar av|artikler af|saker av"
    r"|artykuły|články|статьи|автор"
    r"|yazıları|all posts|author archives?)\b|の記事|的文章|기자"
)
ALONE = 5
"""Words of a heading that is a headline, and not the name of a section or a person."""


def kind(look: Look) -> str | None:
    if link_share(look.page, look.lines) > LINK_PAGE:
        return _named(look)
    claimed = total(*_claims(look), *_of_articles(look))
    # What is left to look at takes longest, and cannot add more.
    if claimed + MOST_OF_STRUCTURE < ENOUGH:
        return None
    sure = claimed + total(*_structure(look), *_of_prose(look))
    return _named(look) if round(sure, 2) >= ENOUGH else None


def _structure(look: Look) -> list[tuple[bool, float]]:
    number, covered = look.cards.number, 1 - look.prose / max(1, look.words)
    return [
        (number > 2 and covered >= 0.5, 0.4),
        (number > 2 and covered >= 0.7, 0.2),
        (number > 5 and covered >= 0.5, 0.2),
        (number > 2 and look.prose < 15, 0.2),
        (bool(look.page.tree.xpath("boolean(//link[@rel='next'] | //a[@rel='next'])")), 0.2),
        (len(PICTURES.findall(look.text)) > 2, 0.4),
    ]


def _claims(look: Look) -> list[tuple[bool, float]]:
    """What the URL, the metadata and the titles say."""
    named = look.place.kind
    titles = " | ".join(look.titles)
    return [
        (named not in {None, "home"}, 0.5),
        (named == "home", 0.4),
        (named is None and look.place.short, 0.2),
        (bool(look.types & {"CollectionPage", "SearchResultsPage", "ItemList"}), 0.4),
        ("ProfilePage" in look.types or look.og_type == "profile", 0.4),
        (look.og_type == "website", 0.2),
        (any(map(look.names_site, look.titles)), 0.2),
        (named == "search" and bool(RESULTS.search(titles + look.text)), 0.4),
        (named != "search" and bool(RESULTS.search(titles)), 0.2),
        (named == "author" and bool(ARTICLES_BY.search(titles + look.text)), 0.3),
        (named == "author" and any(word_count(each) <= 4 for each in look.headings), 0.2),
        (bool(GALLERIES.search(titles)), 0.2),
    ]


def _of_articles(look: Look) -> list[tuple[bool, float]]:
    headline = any(word_count(each) > ALONE and not RESULTS.search(each) for each in look.headings)
    return [
        (look.is_claimed, -0.7),
        (look.og_type == "article", -0.3),
        (look.is_dated, -0.3),
        (look.place.slug, -0.4),
        (headline, -0.3),
    ]


def _of_prose(look: Look) -> list[tuple[bool, float]]:
    exempt = look.place.kind not in {None, "home"}
    return [
        (look.prose >= 40 and not exempt, -0.4),
        (look.prose >= 80 and not exempt, -0.2),
        (look.prose >= 120, -0.4),
        (look.prose >= 200, -1.0),
    ]


def _named(look: Look) -> str:
    titles = " | ".join(look.titles)
    if look.place.kind in {"author", "search", "gallery-index"}:
        return look.place.kind
    if "SearchResultsPage" in look.types or RESULTS.search(titles):
        return "search"
    if "ProfilePage" in look.types or look.og_type == "profile":
        return "author"
    if GALLERIES.search(titles) or len(PICTURES.findall(look.text)) > 2:
        return "gallery-index"
    home = look.place.kind == "home" or any(map(look.names_site, look.titles))
    return "home" if home else "section"
