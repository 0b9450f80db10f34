"""Eighteen pages that stand where an article was asked for: name → kind, URL, page."""

from tests.unit.agents.clean.kinds.markup import SITE, cards, document, og

Pages = dict[str, tuple[str, str, str]]


def _p(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _wall(
    title: str, heading: str, *texts: str, url: str = f"{SITE}/town/bridge-closes", **other: str
) -> tuple[str, str]:
    body = f"<div class=box><h1>{heading}</h1>{_p(*texts)}{other.get('more', '')}</div>"
    return url, document(
        title, body, other.get("head", ""), other.get("language", "en"), around="head" in other
    )


WALLS: Pages = {
    name: (kind, *page)
    for name, (kind, page) in {
        "404": (
            "error",
            _wall(
                "404",
                "404",
                "We can't find the page you asked for. It may have been removed or"
                " renamed, or perhaps it never was. Try the search, or go back to the front page and read "
                "what others"
                " read today. If a link of ours brought you here, tell us, and we shall mend it.",
                head=og("website"),
            ),
        ),
        "404 with popular articles": (
            "error",
            _wall(
                "Oops! - Courier",
                "Oops! That page can’t be found.",
                "It looks like nothing was found at this location. Maybe try one of the articles below?",
                more=cards("headings"),
                head=og("website"),
            ),
        ),
        "404, German": (
            "error",
            _wall(
                "Seite nicht gefunden",
                "Fehler 404",
                "Die von Ihnen aufgerufene Seite gibt es"
                " nicht oder nicht mehr. Vielleicht wurde sie verschoben, oder die Adresse wurde falsch "
                "eingegeben. Auf"
                " der Startseite finden Sie alle Nachrichten des Tages, und mit der Suche unser ganzes "
                "Archiv.",
                language="de",
            ),
        ),
        "404, French": (
            "error",
            _wall(
                "Page introuvable",
                "Oups, page introuvable",
                "La page que vous cherchez n'existe"
                " plus ou a été déplacée. Vérifiez l'adresse dans la barre du navigateur, ou revenez à "
                "l'accueil pour lire"
                " toute l'actualité de la ville et de la région. Nos excuses pour ce contretemps.",
                language="fr",
            ),
        ),
        "404, Polish": (
            "error",
            _wall(
                "Błąd 404",
                "Nie znaleziono strony",
                "Strona, której szukasz, nie istnieje albo"
                " została przeniesiona. Sprawdź, czy adres jest poprawny, albo wróć na stronę główną i "
                "przeczytaj"
                " najnowsze wiadomości z miasta. Możesz też skorzystać z wyszukiwarki w górnej części "
                "strony, aby"
                " znaleźć starszy tekst.",
                language="pl",
            ),
        ),
        "404, Japanese": (
            "error",
            _wall(
                "ページが見つかりません",
                "お探しのページは見つかりませんでした",
                "お探しのページは移動または削除さ"
                "れた可能性があります。アドレスをご確認のうえ、トップページからもう一度お探しください。",
                language="ja",
            ),
        ),
        "article removed": (
            "error",
            _wall(
                "Courier",
                "This article is no longer available",
                "We only keep stories of our"
                " partner agencies for thirty days, after which they have to be deleted. The story that "
                "you are looking"
                " for was among them. Stories of our own reporters stay for good, and are found by the "
                "search.",
            ),
        ),
        "maintenance": (
            "error",
            _wall(
                "Maintenance",
                "We'll be back soon",
                "The Courier is down for maintenance. Our"
                " technicians are moving the archive to new machines, which takes until about six in the "
                "morning. Sorry"
                " for the trouble. The printed paper comes as always, and the radio reads the headlines "
                "each hour.",
            ),
        ),
        "consent": (
            "consent",
            _wall(
                "Before you continue",
                "We value your privacy",
                "We and our 312 partners store and"
                " access information on your device, such as cookies, and process personal data such as "
                "unique"
                " identifiers, to show personalised advertising and to measure it. With your consent we "
                "may use precise"
                " location data.",
                "You can agree, reject, or change your choices at any time by way of the privacy link"
                " at the foot of each page.",
                more="<button>Accept all</button><button>Reject all</button>",
            ),
        ),
        "consent or pay": (
            "consent",
            _wall(
                "Brakwasser Bote",
                "Mit Werbung weiterlesen",
                "Besuchen Sie uns wie gewohnt mit"
                " Werbung und Cookies. Dafür brauchen wir Ihre Zustimmung: Wir und unsere 180 Partner "
                "verarbeiten"
                " personenbezogene Daten und speichern Informationen auf Ihrem Gerät.",
                "Sie können Ihre Einwilligung"
                " jederzeit in den Datenschutz-Einstellungen widerrufen. Oder lesen Sie im Abo ohne "
                "Werbung.",
                more="<button>Akzeptieren und weiter</button>",
                language="de",
            ),
        ),
        "consent, French": (
            "consent",
            _wall(
                "Vos choix",
                "Le Courrier respecte votre vie privée",
                "Avec votre accord, nous et"
                " nos partenaires utilisons des cookies pour stocker et lire des données personnelles sur "
                "votre appareil,"
                " mesurer l'audience et vous montrer de la publicité. Vous pouvez retirer votre "
                "consentement à tout"
                " moment.",
                more="<button>Tout accepter</button><a href='#'>Continuer sans accepter</a>",
                language="fr",
            ),
        ),
        "consent, Spanish": (
            "consent",
            _wall(
                "Tu privacidad",
                "Tu privacidad es importante",
                "Nosotros y nuestros socios"
                " utilizamos cookies y tratamos tus datos personales para mostrarte publicidad. Puedes "
                "aceptar o"
                " rechazar su uso, y cambiar tu consentimiento en cualquier momento en la página de "
                "privacidad de este"
                " diario, que está al pie.",
                more="<button>Aceptar</button><button>Rechazar</button>",
                language="es",
            ),
        ),
        "robot check": (
            "bot-wall",
            _wall(
                "Are you a robot?",
                "Please confirm you are human",
                "We have seen unusual traffic from"
                " your network. To go on, tick the box below so that we know that you are not a robot. "
                "Make sure that your"
                " browser runs JavaScript and takes cookies, and that nothing blocks them.",
                "Block reference ID: 5f3e-99ab-41c2-0077",
            ),
        ),
        "access denied": (
            "bot-wall",
            _wall(
                "Access Denied",
                "Access Denied",
                "You don't have permission to access this page on"
                " this server. If you think that this is wrong, send the number below to those who run "
                "the site, and say"
                " which page you wanted to read and at what time of the day.",
                "Reference #18.2d351ab8.1774000000.a4e16ab",
            ),
        ),
        "browser check, German": (
            "bot-wall",
            _wall(
                "Einen Moment bitte",
                "Ihr Browser wird geprüft",
                "Wir prüfen, ob Sie ein Mensch"
                " sind. Dafür aktivieren Sie bitte JavaScript und Cookies. Danach wird die Seite von "
                "selbst geöffnet; das"
                " dauert nur wenige Sekunden. Hilft das nicht, schalten Sie VPN und Werbeblocker aus.",
                language="de",
            ),
        ),
        "robot check, Russian": (
            "bot-wall",
            _wall(
                "Подтвердите, что вы не робот",
                "Доступ ограничен",
                "С вашего IP-адреса поступает много"
                " необычных запросов. Включите JavaScript и файлы cookie в настройках браузера и "
                "поставьте отметку ниже,"
                " чтобы подтвердить, что вы не робот. После этого страница откроется сама. Если этого не "
                "произошло,"
                " напишите в редакцию.",
                language="ru",
            ),
        ),
        "interruption": (
            "bot-wall",
            _wall(
                "Pardon our interruption",
                "Pardon Our Interruption",
                "As you were browsing something about"
                " your browser made us think you were a bot. There are a few reasons this might happen: "
                "you move through"
                " the site with superhuman speed, you have disabled cookies, or an extension keeps "
                "JavaScript from running.",
            ),
        ),
    }.items()
}
