"""What the path of a URL says about a page: `/author/ann-lee/` is an author's, `/` is the home page."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

SEGMENTS = {
    "author": "author authors autor autoren autorin autores autora auteur auteurs autore autori autorzy"
    " writer writers contributor contributors columnist columnists journalist journalists profile profiles"
    " redakteur redakteure redaktion staff team byline reporter reporters people skribent forfatter"
    " schrijver yazar yazarlar kirjoittaja avtor",
    "search": "search suche suchergebnisse recherche buscar busca busqueda pesquisa ricerca cerca zoeken sok"
    " søk sog soeg søg haku szukaj wyszukiwarka hledat hledani vyhledavani poisk arama ara kereses cautare",
    "gallery-index": "gallery galleries photogallery photogalleries photo-galleries galerie galerien galeria"
    " galerias galleria gallerie photos pictures in-pictures bilder bildergalerien fotos fotostrecken"
    " fotogalerie fotogalerien fotogalerias fotogalerij fotogallery diaporama diaporamas slideshows"
    " bildspel zdjecia kuvat foto-galeri foto-galeria",
    "section": "section sections category categories kategorie kategorien kategori kategoria categoria"
    " categorias categorie rubrik rubriken rubrique rubriques rubrica ressort topic topics tema temas thema"
    " themen theme sujet tag tags schlagwort etiqueta etiquetas mot-cle archive archives archiv archivo"
    " latest channel kanal seccion sezione secao rubryka sekce razdel",
}
KINDS = {segment: kind for kind, segments in SEGMENTS.items() for segment in segments.split()}
SEARCHED = {"q", "query", "s", "search", "keyword", "keywords", "text", "suche", "suchbegriff", "term"}
FRONT = re.compile(r"(?:index|home|default|start|front)(?:\.\w{2,5})?|[a-z]{2}(?:[-_][a-z]{2})?")
SLUG = re.compile(r"[^-_]++(?:[-_][^-_]++){3}|.*\d{5}|.*\.html?$")
DATED = re.compile(r"/(?:19|20)\d\d[/-]\d\d?(?:[/-]|$)")
NUMBER = re.compile(r"(?:p|page|seite|pagina)?-?\d{1,4}")
SHORT = re.compile(r"[^\W\d]{2,20}(?:-[^\W\d]{2,20}){0,2}")


@dataclass(frozen=True, slots=True)
class Place:
    """`kind` is what the path names. `slug`: it ends as URLs of articles do. `short`: one or two words."""

    kind: str | None = None
    slug: bool = False
    short: bool = False


def place(url: str) -> Place:
    parts = urlsplit(url.lower())
    segments = [each for each in parts.path.split("/") if each]
    if any(key in SEARCHED and value for key, value in parse_qsl(parts.query, max_num_fields=50)):
        named = segments[0] if segments else ""
        if len(segments) <= 1 and not SLUG.match(named):
            return Place("search")
    if not segments or (len(segments) == 1 and FRONT.fullmatch(segments[0])):
        return Place("home")
    return Place(
        _named(segments),
        bool(SLUG.match(segments[-1]) or DATED.search(parts.path)),
        len(segments) <= 2 and all(map(SHORT.fullmatch, segments)),
    )


def _named(segments: list[str]) -> str | None:
    """The kind that a segment names, where at most one follows: `/tag/harbour`, `/author/ann-lee/page/2`."""
    while len(segments) > 1 and (NUMBER.fullmatch(segments[-1]) or segments[-1] == "page"):
        segments = segments[:-1]
    for at, segment in enumerate(segments[-2:], max(0, len(segments) - 2)):
        kind = KINDS.get(segment)
        # `/pictures/a-walk-on-the-pier` is a gallery and `/town/search` an article.
        last, first = at == len(segments) - 1, at == 0 or len(segments[0]) == 2
        if kind and (last or kind != "gallery-index") and (first or kind != "search"):
            return kind
    return None
