"""What the model decides on pages that are all invented."""

import pytest

from agents.clean.body.story import Extractor
from tests.unit.agents.clean.pages import STORY, page

EXTRACT = Extractor()
NEWS = (
    STORY,
    "“We could not have gone on without the late boats,” said Marit Oldervik, who runs the bakery at the"
    " pier and opens it at five every morning. “Half of my staff live on the other side of the water.”",
    "The operator lost 340,000 euros on the line last year. It had asked the council in March to let it"
    " stop all crossings after eight in the evening, and was given until the autumn to find another way.",
    "Under the plan that was passed, a single fare goes up from 3.20 to 3.60 euros. Children and pensioners"
    " will pay what they pay now, and the monthly pass is to be valid on the buses of both towns.",
    "A report on the first three months is due in April, when the council decides whether the boats go on.",
)
BRIEF = (
    "Snow closed the coast road at Tarbert for three hours on Sunday. The council sent two ploughs from"
    " Lochgilphead, and by noon the first buses ran again. Nobody was hurt, said a sergeant of the"
    " police, but a lorry with salmon slid into the ditch near the school."
)
CAPTION = "The ferry at the pier on a morning in November. Photo: Ida Brekke"
AROUND = """<aside class="newsletter-signup"><h3>Get our newsletter</h3>
<p>Sign up for the five stories that matter, in your inbox every morning.</p>
<button>Sign up</button></aside>"""
AUTHOR = """<div class="author-bio"><h4>About the author</h4>
<p>Jonas Fell has written about the coast for the Courier since 2011.</p></div>"""
TEASERS = """<section class="related-stories"><h3>More from the harbour</h3><ul>
<li><a href="/crane">The old crane is to be painted red</a></li>
<li><a href="/fish">Fish market moves to the northern quay</a></li>
<li><a href="/lock">Lock closed for repairs until Friday</a></li></ul></section>"""
COMMENTS = """<section id="comments" class="comments"><h3>2 comments</h3>
<div class="comment"><span class="name">Pelle</span>
<p>About time that somebody thought of us over here.</p></div>
<div class="comment"><span class="name">Ulla</span>
<p>And who pays for it? We do, as always, my friends.</p></div>
</section>"""
SHARE = """<ul class="share-buttons"><li><a href="#">Share on Facebook</a></li>
<li><a href="#">Copy link</a></li></ul>"""
MENU = """<nav><ul><li><a href="/">Home</a></li><li><a href="/town">Town</a></li>
<li><a href="/sport">Sport</a></li>
</ul></nav>"""
FOOTER = "<footer><p>© The Courier. All rights reserved.</p><a href='/privacy'>Privacy policy</a></footer>"


def text(body: str) -> list[str]:
    return EXTRACT(page(body, "<title>Harbour ferry stays through the winter - Courier</title>")).lines


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{each}</p>" for each in texts)


def test_of_a_news_page_the_story_is_kept_whole_and_the_rest_is_left_out() -> None:
    figure = f"<figure><img src='/ferry.jpg'><figcaption>{CAPTION}</figcaption></figure>"
    lines = text(
        f"{MENU}<main><article><h1>Harbour ferry stays through the winter</h1>{SHARE}{figure}"
        f"<div class='article-body'>{paragraphs(*NEWS[:2])}{AROUND}{paragraphs(*NEWS[2:])}</div>"
        f"{AUTHOR}</article>{TEASERS}{COMMENTS}</main>{FOOTER}"
    )
    assert [line for line in lines if line in NEWS] == list(NEWS)
    assert set(lines) - {*NEWS, "Harbour ferry stays through the winter"} == set()


POST = [
    "Every spring I take the outboard motor apart on the kitchen table, and every spring I forget in which"
    " order the washers go. This year I wrote it down, so here is the whole procedure for it.",
    "What you need",
    "A set of metric spanners, the small ones above all",
    "Marine grease, about a spoonful",
    "A friend who holds the lamp",
    "How long each step takes",
    "Begin with the propeller, because it is the part that can be put back last. Pull the pin, and catch the"
    " spring before it rolls under the stove, as mine did in the first year that I tried this.",
    "My neighbour wrote under last year's picture that the grease must be warm. She was right: warm grease"
    " runs into the thread by itself, and nothing has to be forced.",
    "When all is clean, put the parts back from right to left. If a washer is left over, begin again.",
]


TABLE = [
    ("Taking apart", "two hours"),
    ("Cleaning and drying", "one evening"),
    ("Greasing the shaft", "half an hour"),
    ("Putting it all together again", "a weekend, and patience"),
]


def test_of_a_blog_post_headings_lists_tables_and_quotes_are_kept() -> None:
    first, needs, *things, steps, second, quoted, last = POST
    items = "".join(f"<li>{each}</li>" for each in things)
    rows = "".join(f"<tr><td>{step}</td><td>{time}</td></tr>" for step, time in TABLE)
    lines = text(
        f"<main><article class='post'><h1>Spring on the kitchen table</h1>"
        f"<div class='entry-content'><p>{first}</p>"
        f"<h2>{needs}</h2><ul>{items}</ul><h2>{steps}</h2><table>{rows}</table><p>{second}</p>"
        f"<blockquote class='embed'><p>{quoted}</p></blockquote><p>{last}</p></div></article></main>{FOOTER}"
    )
    assert [line for line in lines if line in POST] == POST
    assert {f"{step} {time}" for step, time in TABLE} <= set(lines)
    assert not any("rights reserved" in line for line in lines)


@pytest.mark.parametrize("body", ["", "<p>x</p>", paragraphs(*NEWS), MENU, TEASERS * 30, "<p>!</p>" * 6000])
def test_the_confidence_is_a_share(body: str) -> None:
    assert 0 <= EXTRACT(page(body)).confidence <= 1


def test_a_story_is_surer_than_a_list_of_links() -> None:
    story, links = (EXTRACT(page(body)) for body in (f"<article>{paragraphs(*NEWS)}</article>", TEASERS * 10))
    assert story.confidence > 0.8 > links.confidence


def test_a_page_has_the_same_text_whatever_was_read_before() -> None:
    body = f"{MENU}<article>{paragraphs(*NEWS)}</article>{TEASERS}{COMMENTS}"
    first = EXTRACT(page(body))
    for other in ("<p>Other words in <a>another</a> place</p>", COMMENTS, ""):
        EXTRACT(page(other))
    assert EXTRACT(page(body)) == first == Extractor()(page(body))


@pytest.mark.parametrize("around", ["sidebar widget", "gallery-caption", "newsletter promo", "related"])
def test_a_brief_in_an_odd_place_is_kept_and_doubted(around: str) -> None:
    links = "".join(f"<li><a href='/{n}'>Harbour news of week {n}</a></li>" for n in range(15))
    story = EXTRACT(page(f"<ul>{links}</ul><div class='{around}'><p>{BRIEF}</p></div>"))

    assert story.lines == [BRIEF]
    assert story.confidence < 0.9
