import pytest

from agents.clean.body.witnesses import Runs, Witness


@pytest.mark.parametrize(
    ("text", "lines", "share"),
    [
        ("the ferry stays open all winter", ["the ferry stays open all winter"], 1.0),
        ("the ferry stays open all winter", ["it says the ferry stays open, all winter"], 0.25),
        ("the ferry stays open all winter", ["winter all open stays ferry the"], 0.0),
        ("ferry stays open", ["the ferry stays open"], 0.0),
        ("ferry stays open", ["ferry stays open "], 1.0),
        ("渡し船は冬も運航する予定です", ["町によると、渡し船は冬も運航する予定です。"], 1.0),
        ("the ferry stays open", [], 0.0),
    ],
)
def test_a_witness_holds_the_share_of_a_text_s_runs_of_three_words_that_it_has(
    text: str, lines: list[str], share: float
) -> None:
    assert Runs([text]).held_by(Witness(lines)).tolist() == [share]


def test_no_run_goes_over_the_edge_of_a_text() -> None:
    assert Runs(["a b", "c d e f", ""]).held_by(Witness(["b c d", "x c d e y"])).tolist() == [0, 0.5, 0]


def test_what_stands_twice_on_a_page_is_found_before_and_after() -> None:
    before, after = Runs(["one two three four", "other words here now", "one two three four"]).repeated()
    assert (before.tolist(), after.tolist()) == ([0, 0, 1], [1, 0, 0])


def test_a_page_without_words_has_no_runs() -> None:
    assert [column.tolist() for column in Runs([""]).repeated()] == [[0], [0]]


def test_a_witness_without_a_run_of_three_words_is_none() -> None:
    assert not Witness(["two words", " "])
    assert Witness(["these are three"])
