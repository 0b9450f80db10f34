"""Pages that list articles or present an author: name → kind, URL, page."""

from tests.unit.agents.clean.kinds.markup import BANNER, SITE, cards, document, ld, og

ITEMS = [{"@type": "ListItem", "position": at, "url": f"{SITE}/news/{at}"} for at in range(3)]
Pages = dict[str, tuple[str, str, str]]


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


LISTS: Pages = {
    "home, anchors around cards": (
        "home",
        f"{SITE}/",
        document("Brackwater Courier", BANNER + f"<main>{cards('around', number=9)}</main>"),
    ),
    "home, divs, website": (
        "home",
        f"{SITE}/",
        document(
            "Brakwasser Bote – Nachrichten", f"<main>{cards('divs', 'de', 7)}</main>", og("website"), "de"
        ),
    ),
    "home, flat, index.html": (
        "home",
        f"{SITE}/index.html",
        document("Le Courrier", f"<div id=content>{cards('flat', 'fr')}</div>", language="fr"),
    ),
    "home of a language": (
        "home",
        f"{SITE}/es/",
        document("El Correo", f"<h1>El Correo</h1>{cards('list', 'es')}", og("website"), "es"),
    ),
    "home, Japanese": ("home", f"{SITE}/", document("潮報", cards("headings", "ja"), language="ja")),
    "home, table": ("home", f"{SITE}/", document("Вестник", cards("table", "ru"), language="ru")),
    "section, cards": (
        "section",
        f"{SITE}/sport/",
        document("Sport - Courier", f"<main><h1>Sport</h1>{cards('headings')}</main>"),
    ),
    "section with a note": (
        "section",
        f"{SITE}/category/town",
        document(
            "Town",
            f"<main><h1>Town</h1><p class=intro>All that moves Brackwater and its harbour, by our town"
            f" desk: council, schools, trams and the weather on the "
            f"quay.</p>{cards('article', number=8)}</main>",
        ),
    ),
    "section, German": (
        "section",
        f"{SITE}/thema/hafen",
        document(
            "Hafen",
            f"<h1>Thema: Hafen</h1>{cards('article', 'de')}",
            ld("CollectionPage", name="Hafen"),
            "de",
        ),
    ),
    "section with pages": (
        "section",
        f"{SITE}/news/page/3",
        document(
            "News, page 3", cards("flat") + '<a rel="next" href="/news/page/4">Older</a>', og("website")
        ),
    ),
    "tag, bare links": (
        "section",
        f"{SITE}/tag/bridge",
        document("bridge", f"<main><h1>#bridge</h1>{cards('bare', number=9)}</main>"),
    ),
    "section, item list": (
        "section",
        f"{SITE}/ville",
        document(
            "Ville", f"<h1>Ville</h1>{cards('around', 'fr')}", ld("ItemList", itemListElement=ITEMS), "fr"
        ),
    ),
    "section at a long URL": (
        "section",
        f"{SITE}/town/kind-section-front",
        document("Town", f"<h1>Town</h1>{cards('divs', number=8)}"),
    ),
    "author with a note": (
        "author",
        f"{SITE}/authors/mara-ellwood",
        document(
            "Mara Ellwood",
            "<h1>Mara Ellwood</h1><p>Mara Ellwood has written about the harbour and its people for"
            " the Courier since 2011. Before that she mended nets, taught geography in the hill villages "
            "and sailed"
            f" twice to the Arctic.</p><h2>Articles by Mara Ellwood</h2>{cards('article')}",
        ),
    ),
    "author, profile": (
        "author",
        f"{SITE}/autoren/jana-voss",
        document(
            "Jana Voss",
            f"<h1>Jana Voss</h1><h2>Alle Artikel</h2>{cards('list', 'de')}",
            og("profile") + ld("ProfilePage", mainEntity={"@type": "Person", "name": "Jana Voss"}),
            "de",
        ),
    ),
    "author without articles": (
        "author",
        f"{SITE}/profile/tom-arkle",
        document(
            "Tom Arkle",
            "<h1>Tom Arkle</h1><p>Tom Arkle covers football and rowing for the Courier. He was born in"
            " Tolland Mill, studied in the capital, and came back for the smell of the river. Before he "
            "wrote he"
            " was a keeper in the second team of the harbour club for eleven seasons.</p>",
            og("profile"),
        ),
    ),
    "author, Russian": (
        "author",
        f"{SITE}/author/ivan-rechnoy/",
        document("Иван Речной", f"<h1>Иван Речной</h1>{cards('flat', 'ru', 4)}", language="ru"),
    ),
    "search": (
        "search",
        f"{SITE}/search?q=bridge",
        document(
            "Search results for bridge",
            f"<h1>Search results for “bridge”</h1><p>31 results</p>{cards('headings')}",
        ),
    ),
    "search, French": (
        "search",
        f"{SITE}/recherche/?query=pont",
        document("Recherche : pont", f"<h1>Résultats</h1>{cards('divs', 'fr', 5)}", language="fr"),
    ),
    "search, at the root": (
        "search",
        f"{SITE}/?s=puente",
        document(
            "Resultados de la búsqueda",
            f"<h1>Resultados para puente</h1>{cards('article', 'es', 4)}",
            "",
            "es",
        ),
    ),
    "search without a hit": (
        "search",
        f"{SITE}/suche?q=xqz",
        document(
            "Suche nach xqz",
            "<h1>Suchergebnisse</h1>"
            + _p(
                "Zu Ihrer Suche nach „xqz“ gibt es keine Treffer. Prüfen Sie die Schreibweise, nehmen Sie "
                "weniger"
                " oder allgemeinere Wörter, oder wählen Sie einen anderen Zeitraum. Die Suche umfasst "
                "alle Artikel"
                " des Boten seit dem Jahr 1994, auch die der Beilagen."
            ),
            language="de",
        ),
    ),
    "galleries": (
        "gallery-index",
        f"{SITE}/galleries",
        document(
            "Galleries",
            "<h1>Galleries</h1>"
            + "".join(
                f'<figure><a href="/galleries/{at}-a-day"><img src="/{at}.jpg" alt=""></a><figcaption><a '
                f"href="
                f'"/galleries/{at}-a-day">{name}</a> <span>{at + 9} photos</span></figcaption></figure>'
                for at, name in enumerate(
                    (
                        "A day at the fish market",
                        "The flood eight years on",
                        "Lanterns on the canal",
                        "Rowers in the fog",
                        "Inside the old brewery",
                        "Snow on the quay",
                        "The last night bus",
                    )
                )
            ),
        ),
    ),
    "galleries, German": (
        "gallery-index",
        f"{SITE}/fotostrecken/",
        document("Fotostrecken", f"<h1>Bilder des Tages</h1>{cards('around', 'de', 6)}", language="de"),
    ),
}
