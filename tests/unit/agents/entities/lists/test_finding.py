from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.lists.finding import ListFinder
from agents.entities.places.table import Places

PLACES = Places.load()
WORDS = st.sampled_from(
    [
        "Ulrike Brandt",
        "in",
        "Rostock",
        "GmbH",
        "SPD",
        "der",
        "von",
        "Norwegen",
        "\n\n",
        "„",
        "É",
        "1",
        ".",
        "Essen",
    ]
)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "de",
            "Die Hafenkapitänin Ulrike Brandt sprach in Rostock.",
            {"Ulrike Brandt": "person", "Rostock": "place"},
        ),
        ("de", "Brandt kam. Ulrike Brandt blieb.", {"Ulrike Brandt": "person", "Brandt": "person"}),
        ("de", "Der Export nach Norwegen stieg.", {"Norwegen": "place"}),
        ("de", "Das Essen war kalt. Dort stand ein Kran.", {}),
        (
            "de",
            "Die SPD und die Nordkran GmbH einigten sich.",
            {"SPD": "organisation", "Nordkran GmbH": "organisation"},
        ),
        ("fr", "Denise Favre vit à Lausanne.", {"Denise Favre": "person", "Lausanne": "place"}),
        ("fr", "Le groupe Océane Alimentaire ferme.", {"Océane Alimentaire": "organisation"}),
        ("es", "La Universidad de Alicante abre.", {"Universidad de Alicante": "organisation"}),
        ("de", "Wismar. Der Hafen ist leer.", {"Wismar": "place"}),
        ("de", "Der Frachter „Nordic Lynx“ sank.", {"Nordic Lynx": "product"}),
        ("de", "Die Reederei Polar Line zahlt.", {"Polar Line": "organisation"}),
        ("de", "Sie arbeitet im Airbus-Werk.", {"Airbus": "organisation"}),
        ("de", "Das Anna-Seghers-Gymnasium brannte.", {"Anna-Seghers-Gymnasium": "organisation"}),
        ("de", "Bürgermeisterin Hedda Quist kam aus Kärnten.", {"Hedda Quist": "person", "Kärnten": "place"}),
        ("de", "Schülerinnen und Schüler kamen.", {}),
        ("de", "Bundeskanzler Otto Quist kam.", {"Otto Quist": "person"}),
        ("de", "Der Geschäftsführer von Nordkran Service schwieg.", {"Nordkran Service": "organisation"}),
        (
            "de",
            "Der Zug hält in Leipzig, Magdeburg und Halle.",
            {"Leipzig": "place", "Magdeburg": "place", "Halle": "place"},
        ),
        ("de", "Der Zug fährt nach Hamburg-Altona.", {"Hamburg-Altona": "place"}),
        ("de", "Die Boote lagen auf der Weser.", {"Weser": "place"}),
        (
            "de",
            "Die Deutschen Bahnen und Trenitalia fahren.",
            {"Deutschen Bahnen": "organisation", "Trenitalia": "organisation"},
        ),
        ("fr", "Selon l’Ofimer, la pêche recule.", {"Ofimer": "organisation"}),
        ("fr", "L’association Mer Propre proteste.", {"Mer Propre": "organisation"}),
        ("fr", "Il marche sur le pont des Arts.", {"pont des Arts": "place"}),
        (
            "fr",
            "L’Union des pêcheurs de Vendée vote.",
            {"Union des pêcheurs de Vendée": "organisation"},
        ),
        ("fr", "Enora Le Bihan, 61 ans, pêche.", {"Enora Le Bihan": "person"}),
        ("fr", "Le chalutier Belle Marie rentre.", {"Belle Marie": "product"}),
        ("es", "La Plaza de España arde.", {"Plaza de España": "place"}),
        ("es", "La alcaldesa, Rosario Vidal, calla.", {"Rosario Vidal": "person"}),
        ("es", "El grupo ecologista Mar Vivo calla.", {"Mar Vivo": "organisation"}),
        ("es", "Vuelven las Fiestas de San Roque.", {"Fiestas de San Roque": "event"}),
        (
            "nl",
            "Premier Anneke de Vries reist naar Duitsland.",
            {"Anneke de Vries": "person", "Duitsland": "place"},
        ),
    ],
)
def test_names_are_found_by_lists(language: str, text: str, expected: dict[str, str]) -> None:
    mentions = ListFinder(PLACES, language).find("", text)

    assert {mention.text: mention.type for mention in mentions} == expected


@given(st.lists(WORDS, max_size=30).map(" ".join), st.lists(WORDS, max_size=5).map(" ".join))
def test_mentions_are_exact_and_do_not_overlap(text: str, title: str) -> None:
    mentions = ListFinder(PLACES, "de").find(title, text)

    for mention in mentions:
        assert (title if mention.field == "title" else text)[mention.start : mention.end] == mention.text
    in_text = [mention for mention in mentions if mention.field == "text"]
    assert all(earlier.end <= later.start for earlier, later in pairwise(in_text))
