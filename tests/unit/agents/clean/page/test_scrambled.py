import codecs

import pytest

from agents.clean.page.scrambled import without_scrambled
from tests.unit.agents.clean.kinds.markup import STOCK
from tests.unit.agents.clean.pages import STORY

PROSE = STOCK["en"]["prose"]


def rotated(text: str) -> str:
    return codecs.encode(text, "rot13")


def test_paragraphs_of_other_letters_at_the_end_are_left_out() -> None:
    text = [*PROSE[:2], *map(rotated, [*PROSE[2:], STORY])]

    assert without_scrambled(text) == (PROSE[:2], True)


@pytest.mark.parametrize("language", STOCK)
def test_a_text_in_any_language_stays(language: str) -> None:
    text = STOCK[language]["prose"] + STOCK[language]["teasers"]

    assert without_scrambled(text) == (text, False)
