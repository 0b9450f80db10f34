import pytest
from lxml import etree

from agents.clean.body.blocks import MAX_BLOCKS, outline
from tests.unit.agents.clean.pages import page


def blocks(body: str) -> list[str]:
    return [block.text for block in outline(page(body).tree).blocks]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>The ferry  <b>stays</b>\n open.</p>", ["The ferry stays open."]),
        ("<p>First verse<br>second verse<br><br>third</p>", ["First verse", "second verse", "third"]),
        (
            "<table><tr><td>Dock</td><td>4</td></tr><tr><th>Pier</th><td>7</td></tr></table>",
            ["Dock 4", "Pier 7"],
        ),
        ("<div>Before<p>Inside</p>after <i>it</i></div>behind", ["Before", "Inside", "after it", "behind"]),
        ("<p>Seen<span hidden>unseen <b>too</b></span> again</p>", ["Seen again"]),
        ('<p>Seen<span style="display : NONE">unseen</span> again</p>', ["Seen again"]),
        ("<p>Seen<svg><a><text>no</text></a></svg> again</p><script>x()</script>", ["Seen again"]),
        ('<div style="display:none"><p>Shown later by a script</p></div>', ["Shown later by a script"]),
        (
            "<ul><li>One</li><li>Two <ul><li>Two and a half</li></ul></li></ul>",
            ["One", "Two", "Two and a half"],
        ),
        ("<p> &#8203; </p><p>–</p>", ["–"]),
        ("", []),
    ],
)
def test_a_block_is_the_text_between_two_edges(body: str, texts: list[str]) -> None:
    assert blocks(body) == texts


@pytest.mark.parametrize(
    ("body", "linked"),
    [
        ("<p>Two of <a>these words</a> are links</p>", 2),
        ("<p><a>all <b>three</b> are</a></p>", 3),
        ("<a><p>a paragraph inside</p></a>", 3),
        ("<p>none</p>", 0),
    ],
)
def test_the_words_in_links_are_counted(body: str, linked: int) -> None:
    [block] = outline(page(body).tree).blocks
    assert block.linked == linked


def test_a_container_has_the_blocks_within_it_and_an_empty_one_is_left_out() -> None:
    read = outline(page("<main><div></div><section><p>One</p></section><p>Two</p></main><p>Three</p>").tree)
    spans = {each.tag: (each.start, each.end) for each in reversed(read.containers)}
    assert spans == {"html": (0, 3), "body": (0, 3), "main": (0, 2), "section": (0, 1), "p": (0, 1)}
    assert [each.number for each in read.containers] == list(range(len(read.containers)))


def test_of_a_page_with_very_many_blocks_the_first_are_read() -> None:
    read = outline(page("<div>" + "<p>x</p>" * (MAX_BLOCKS + 100) + "</div><p>last</p>").tree)
    assert len(read.blocks) == MAX_BLOCKS
    assert {each.end for each in read.containers if each.tag in {"html", "body", "div"}} == {MAX_BLOCKS}


def test_deep_nesting_is_read_to_its_end() -> None:
    root = at = etree.Element("body")
    for _ in range(10_000):
        at = etree.SubElement(at, "div")
        at.tail = "behind"
    at.text = "deep"
    texts = [block.text for block in outline(root).blocks]
    assert (texts[0], texts[1:]) == ("deep", ["behind"] * (MAX_BLOCKS - 1))
