import pytest

from agents.entities.quotes.extract import quotes_in
from agents.records import Entity, Span


def entity(number: int, kind: str, name: str, text: str, *forms: str) -> Entity:
    """An entity with the first mention of each form."""
    mentions = [
        Span(field="text", start=text.index(f), end=text.index(f) + len(f), text=f) for f in (name, *forms)
    ]
    return Entity(
        id=f"e{number}",
        type=kind,
        name=name,
        count=len(mentions),
        salience=0.5,
        descriptors=[],
        mentions=mentions,
        links=[],
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” said Anna Berg.", [("No,", "said", "Anna Berg")]),
        ("Anna Berg, who leads it, said: “No.”", [("No.", "said", "Anna Berg")]),
        (
            "“No,” Anna Berg said, “and never.”",
            [("No,", "said", "Anna Berg"), ("and never.", "said", "Anna Berg")],
        ),
        (
            "Anna Berg waited. “No,” she said. “Never.”",
            [("No,", "said", "Anna Berg"), ("Never.", None, "Anna Berg")],
        ),
        ("The mayor, Anna Berg, waited. “No,” the mayor said.", [("No,", "said", "Anna Berg")]),
        ("“No,” said a spokesman for Anna Berg.", [("No,", "said", "spokesman for Anna Berg")]),
        ("Anna Berg called the plan “a gift to nobody”.", [("a gift to nobody", "called", "Anna Berg")]),
        ("The plan was described as “a gift” by Anna Berg.", [("a gift", "described", "Anna Berg")]),
        ("Anna Berg said that the port would close.", [("the port would close", "said", "Anna Berg")]),
        ("The port would close, Anna Berg said on Monday.", [("The port would close", "said", "Anna Berg")]),
        ("According to Anna Berg, the port is full.", [("the port is full", "According to", "Anna Berg")]),
        ("Anna Berg shut the port, saying that it was full.", [("it was full", "saying", "Anna Berg")]),
        (
            "Anna Berg asked the board to wait, saying that it was late.",
            [("it was late", "saying", "Anna Berg")],
        ),
        ("The port will close, and Anna Berg did not say when.", []),
        (
            "They had been told of it early, Anna Berg added.",
            [("They had been told of it early", "added", "Anna Berg")],
        ),
        (
            "Anna Berg says that it was late, and we have no reason to doubt it.",
            [("it was late", "says", "Anna Berg")],
        ),
        ("Anna Berg said by telephone that it was late.", [("it was late", "said", "Anna Berg")]),
        ("Anna Berg said 85% of homes had burned.", [("85% of homes had burned", "said", "Anna Berg")]),
        ("Anna Berg said at least 30 people died.", [("at least 30 people died", "said", "Anna Berg")]),
        ("Anna Berg said 2026 would be hard.", [("2026 would be hard", "said", "Anna Berg")]),
        ("Anna Berg said this year was hard.", [("this year was hard", "said", "Anna Berg")]),
        ("Anna Berg said on March 12 the road was shut.", [("the road was shut", "said", "Anna Berg")]),
        ("Anna Berg said in 2019 the road was shut.", [("the road was shut", "said", "Anna Berg")]),
        ("The minister, Anna Berg, said 12 people died.", [("12 people died", "said", "Anna Berg")]),
        ("Anna Berg, 34, of High Lane, denies causing a death.", []),
        ("Anna Berg will say that the fund is empty.", [("the fund is empty", "say", "Anna Berg")]),
        ("Anna Berg said it had hit “a new storm shelter”.", [("a new storm shelter", "said", "Anna Berg")]),
        ("Anna Berg wrote her hit “Kitchen Light of Mine”.", []),
        ("„Wir warten“, gab deren Chefin Anna Berg zu bedenken.", [("Wir warten", "gab", "Anna Berg")]),
        ("« On attend », sourit Anna Berg.", [("On attend", "sourit", "Anna Berg")]),
        ("«Ya basta», protestó su presidenta, Anna Berg.", [("Ya basta", "protestó", "Anna Berg")]),
        (
            "«Ya basta», dijo Anna Berg. «Hemos elegido la sombra».",
            [("Ya basta", "dijo", "Anna Berg"), ("Hemos elegido la sombra", None, "Anna Berg")],
        ),
        (
            "Der Hafen ist nach Angaben der Anna Berg für alle gesperrt.",
            [("Der Hafen ist nach Angaben der Anna Berg für alle gesperrt", "nach Angaben der", "Anna Berg")],
        ),
        ("“Get out!” someone shouted at Anna Berg.", [("Get out!", "shouted", None)]),
        ("Anna Berg sang “Kitchen Light” in a film called ‘Two Mules’.", []),
        ("Anna Berg sent “Merry Christmas” texts.", []),
        ("A sign on the door says “Closed for good.” Anna Berg left.", []),
    ],
)
def test_what_is_said_and_by_whom(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    quotes = quotes_in(text, [entity(1, "person", "Anna Berg", text)], "en")

    assert [(q.span.text, q.cue, q.speaker and q.speaker.name) for q in quotes] == expected
    assert all(0 < quote.confidence <= 1 for quote in quotes)


def test_of_two_who_speak_in_turn_each_has_the_own_words() -> None:
    text = "“No,” said Anna Berg.\n\n“Yes,” said Knut Holm.\n\n“Never!”\n\n“We shall see.”"
    people = [entity(1, "person", "Anna Berg", text), entity(2, "person", "Knut Holm", text)]

    speakers = [quote.speaker and quote.speaker.entity for quote in quotes_in(text, people, "en")]
    assert speakers == ["e1", "e2", "e1", "e2"]


def test_an_auxiliary_before_the_verb_is_no_subject() -> None:
    text = "« Nous avons évité le pire », a déclaré Anna Berg."

    quote = quotes_in(text, [entity(1, "person", "Anna Berg", text)], "fr")[0]

    assert (quote.kind, quote.cue, quote.confidence) == ("direct", "déclaré", 0.95)


def test_an_organisation_with_its_kind_is_itself() -> None:
    text = "The Rail Post wrote on. The RMTX union said 30 trains had stopped."
    entities = [entity(1, "organisation", "Rail Post", text), entity(2, "organisation", "RMTX", text)]

    assert [quote.speaker and quote.speaker.name for quote in quotes_in(text, entities, "en")][-1] == "RMTX"
