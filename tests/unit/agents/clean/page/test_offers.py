import pytest

from agents.clean.page.offers import without_offers

STORY = ["The harbour board closes the bridge.", "Drivers go by Tolland Mill, six kilometres more."]
WALLS = [
    [
        "Read on with Courier+",
        "Subscribe now for 4 crowns a week. Cancel any time.",
        "Already a subscriber? Log in.",
    ],
    ["This article is for subscribers only."],
    ["Jetzt weiterlesen mit Bote+", "Schon Abonnent? Hier anmelden."],
    ["Lesen Sie diesen Artikel mit Plus", "Jetzt für 4 Euro im Monat abonnieren"],
    ["Il vous reste 60 % de cet article à lire.", "Déjà abonné ? Se connecter"],
    ["Contenido exclusivo para suscriptores", "¿Ya eres suscriptor? Inicia sesión"],
    ["Abbonati per continuare a leggere", "Sei già abbonato? Accedi"],
    ["Assine por 9 reais e continue lendo.", "Já é assinante? Entre"],
    ["Verder lezen?", "Dit artikel is alleen voor abonnees"],
    ["Läs vidare", "Redan prenumerant? Logga in"],
    ["Czytaj dalej", "Artykuł tylko dla prenumeratorów"],
    ["Читать дальше", "Подпишитесь, чтобы читать без ограничений"],
    ["続きを読むには会員登録が必要です"],
]


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall[0])
def test_an_offer_to_subscribe_after_the_text_is_no_text(wall: list[str]) -> None:
    assert without_offers([*STORY, *wall]) == (STORY, True)


@pytest.mark.parametrize(
    "last",
    [
        "Subscriptions of the paper fell by a tenth last year, and half of the readers now pay by the month.",
        "Mehr Abonnenten als je zuvor hat das Theater, sagt die Leiterin.",
        "The club has 4,000 members, and only members may vote on the new ground.",
        "Les abonnés du train paieront moins dès le mois de mai.",
        "Finland is already a member of the alliance, and Sweden wants to be one soon.",
        "The Greens want to join the coalition and keep their two ministries for the whole term.",
        "Patients must register with a doctor and access care within a week of their arrival.",
        "The pool will be open only to members until June, the town said on Monday.",
        "Das Bad ist bis Juni nur für Mitglieder des Vereins geöffnet, sagte die Leiterin.",
        "La sala abre solo para suscriptores del teatro hasta el mes de junio, dijo el director.",
        "Pour lire la suite des débats, les élus devront attendre le mois de mai.",
    ],
)
def test_a_sentence_about_subscribers_is_text(last: str) -> None:
    assert without_offers([*STORY, last]) == ([*STORY, last], False)


def test_an_offer_within_the_text_is_left_out_and_does_not_end_it() -> None:
    assert without_offers([*STORY, "Already a subscriber? Log in.", *STORY]) == ([*STORY, *STORY], False)


def test_a_text_that_is_only_an_offer_stays() -> None:
    assert without_offers(["This article is for subscribers only."]) == (
        ["This article is for subscribers only."],
        False,
    )
