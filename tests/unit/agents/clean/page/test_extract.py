import pytest

from agents.clean.page.extract import fast, link_share
from tests.unit.agents.clean.pages import STORY, page


def words(body: str) -> list[str]:
    """The lines of a page, with single spaces."""
    return [" ".join(line.split()) for line in fast(page(body))]


@pytest.mark.parametrize("written", ["&#2", "&#2;", "&#x1F;", "&#X000b", "&#0011;", "&#xFFFE;", "\x02"])
def test_a_character_that_xml_has_no_place_for_removes_nothing_else_from_the_page(written: str) -> None:
    assert words(f"<p>{STORY}</p><p>{written}{STORY}</p>") == words(f"<p>{STORY}</p><p>{STORY}</p>")


def test_the_story_is_separated_from_what_is_around_it() -> None:
    body = f"""<nav><a href="/">Home</a><a href="/sport">Sport</a></nav>
    <article><h1>Ferry stays</h1><p>{STORY}</p><h2>Who pays</h2><p>The city does, <b>mostly</b>.</p>
    <ul><li>In January</li><li>In March</li></ul></article>
    <div class="comments"><p>First!</p></div><footer>© Courier</footer>"""

    assert words(body)[-5:] == [STORY, "Who pays", "The city does, mostly.", "In January", "In March"]


def test_entities_are_decoded_once() -> None:
    story = page(f"<p>{STORY}</p><p>The sign says &amp;lt;b&amp;gt; and AT&amp;T, it is said.</p>")

    assert "The sign says &lt;b&gt; and AT&T, it is said." in fast(story)


def test_cells_of_a_table_are_not_joined() -> None:
    table = "<table><tr><td>Bayern</td><td>3</td></tr><tr><td>Bremen</td><td>1</td></tr></table>"

    assert words(f"<p>{STORY}</p>{table}")[-2:] == ["Bayern 3", "Bremen 1"]


def test_reading_a_page_does_not_change_it() -> None:
    story = page(f'<nav><a href="/">Home</a></nav><p>{STORY}</p>')
    before = story.tree.text_content()

    fast(story)

    assert story.tree.text_content() == before


def test_a_menu_has_a_high_share_of_links() -> None:
    menu = page('<p><a href="/1">Ferry stays</a></p><p><a href="/2">Bus goes</a></p><p>Weather</p>')

    assert link_share(menu, ["Ferry stays", "Bus goes"]) == 1.0
    assert link_share(menu, ["Ferry stays", "Some words"]) < 0.6
    assert link_share(menu, []) == 0.0
