import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.entities.quotes.dialogue import dialogue


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "es",
            "—Aquí no viene nadie —dice Quiroga—. Ni siquiera el cartero.",
            ["Aquí no viene nadie", "Ni siquiera el cartero"],
        ),
        ("fr", "— Où est passé l’argent ?\n\n— Non, dit Favre.", ["Où est passé l’argent ?", "Non"]),
        ("pt", "— Não temos água — disse Jurema.", ["Não temos água"]),
        ("en", "— Tax cuts\n— Schools", []),
    ],
)
def test_what_is_said_in_lines_with_dashes_is_found(language: str, text: str, expected: list[str]) -> None:
    assert [text[each.start : each.end].rstrip(".") for each in dialogue(text, language)] == expected


@given(
    st.lists(st.sampled_from(["—", "– ", "dice ", "Hola ", "\n", ", dit ", ". "]), max_size=25).map("".join)
)
def test_stretches_lie_in_the_text(text: str) -> None:
    assert all(0 <= each.opened <= each.start < each.end <= len(text) for each in dialogue(text, "es"))
