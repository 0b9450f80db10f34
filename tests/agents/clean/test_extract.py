import pytest

from agents.clean.extract import lines, link_share
from tests.agents.clean.pages import STORY, page


@pytest.mark.parametrize("written", ["&#2", "&#2;", "&#x1F;", "&#X000b", "&#0011;", "&#xFFFE;", "\x02"])
def test_a_character_that_xml_has_no_place_for_takes_nothing_else_from_the_page(written: str) -> None:
    assert lines(page(f"<p>{STORY}</p><p>{written}{STORY}</p>")) == lines(
        page(f"<p>{STORY}</p><p>{STORY}</p>")
    )


def test_the_story_is_told_from_what_stands_around_it() -> None:
    body = f"""<nav><a href="/">Home</a><a href="/sport">Sport</a></nav>
    <article><h1>Ferry stays</h1><p>{STORY}</p><h2>Who pays</h2><p>The city does, <b>mostly</b>.</p>
    <ul><li>In January</li><li>In March</li></ul></article>
    <div class="comments"><p>First!</p></div><footer>© Courier</footer>"""

    found = [" ".join(each.split()) for each in lines(page(body))]

    assert found[-5:] == [STORY, "Who pays", "The city does, mostly.", "In January", "In March"]


def test_entities_are_decoded_once() -> None:
    found = lines(page(f"<p>{STORY}</p><p>The sign says &amp;lt;b&amp;gt; and AT&amp;T, it is said.</p>"))

    assert "The sign says &lt;b&gt; and AT&T, it is said." in found


def test_cells_of_a_table_do_not_grow_together() -> None:
    body = (
        f"<p>{STORY}</p><table><tr><td>Bayern</td><td>3</td></tr><tr><td>Bremen</td><td>1</td></tr></table>"
    )

    found = [" ".join(each.split()) for each in lines(page(body))]

    assert found[-2:] == ["Bayern 3", "Bremen 1"]


def test_the_page_is_not_changed_by_being_read() -> None:
    given = page(f'<nav><a href="/">Home</a></nav><p>{STORY}</p>')
    before = given.tree.text_content()

    lines(given)

    assert given.tree.text_content() == before


def test_a_text_of_links_is_told_by_its_share_of_links() -> None:
    menu = page('<p><a href="/1">Ferry stays</a></p><p><a href="/2">Bus goes</a></p><p>Weather</p>')

    assert link_share(menu, ["Ferry stays", "Bus goes"]) == 1.0
    assert link_share(menu, ["Ferry stays", "Some words"]) < 0.6
    assert link_share(menu, []) == 0.0
