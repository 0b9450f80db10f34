import pytest

from agents.entities.grouping.descriptors import descriptors
from agents.entities.mentions import Mention


def of(name: str, text: str, kind: str = "person") -> list[str]:
    start = text.index(name)
    return descriptors([Mention("text", start, start + len(name), name, kind)], "", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("President-elect Ana Duarte spoke.", ["President-elect"]),
        ("Turkish Foreign Minister Ana Duarte spoke.", ["Turkish Foreign Minister"]),
        ("The painter Ana Duarte spoke.", []),
        ("Ana Duarte, 27, spoke.", ["27"]),
        ("Ana Duarte, the mayor of Lund, spoke.", ["the mayor of Lund"]),
        ("It was Ana Duarte, Holm’s next adviser.", ["Holm’s next adviser"]),
        ("She met Ana Duarte, Norway's envoy in Rome.", ["Norway's envoy in Rome"]),
        ("We saw Ana Duarte, Holm and others.", []),
        ("Ana Duarte's dog, the oldest in town, barked.", []),
    ],
)
def test_what_the_article_calls_a_person(text: str, expected: list[str]) -> None:
    assert of("Ana Duarte", text) == expected


def test_what_the_article_calls_an_organisation() -> None:
    text = "Brekke Tau, a maker of ropes, has grown."
    assert of("Brekke Tau", text, "organisation") == ["a maker of ropes"]


def test_each_is_said_once() -> None:
    text = "Mayor Ana Duarte came. Mayor Ana Duarte went."
    mentions = [Mention("text", at, at + 10, "Ana Duarte", "person") for at in (6, 29)]
    assert descriptors(mentions, "", text) == ["Mayor"]
