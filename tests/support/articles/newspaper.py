"""Invented articles, all different, as pages and as text. The same number always gives the same article."""

import json
from random import Random

PEOPLE = ("Ines Calder", "Tomasz Wolny", "Grace Adeyemi", "Henrik Dahl", "Lucía Ferrer", "Omar Haddad")
PLACES = ("Lisbon", "Gdansk", "Lagos", "Bergen", "Valencia", "Amman", "Leeds", "Dunedin")
BODIES = (
    "the city council",
    "Northgate University",
    "the port authority",
    "Calder & Sons",
    "the water board",
)
MATTERS = (
    "the tram line",
    "the fish market",
    "a new library",
    "the flood wall",
    "the night bus",
    "the old mill",
)
OPENINGS = (
    "{place} will decide about {matter} before the summer, {person} told reporters on {day}.",
    "{person} of {body} said on {day} that {matter} in {place} had cost more than anybody planned.",
    "Work on {matter} stopped on {day} after {body} ran out of money, {person} said in {place}.",
)
SENTENCES = (
    "“We have waited {number} years for {matter},” {person} said.",
    "{body} put the cost at {number} million euros, a third more than in the spring.",
    "In {place} {number} people signed a letter against the plan.",
    "{person} left the meeting before the vote and did not answer questions.",
    "A report that {body} published on {day} names {person} as the author.",
    "The last time {place} argued so long about {matter} was {number} years ago.",
    "Neighbours said the noise had kept them awake since {day}.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def url(number: int) -> str:
    return f"https://www.gazette{number % 7}.example/news/2026/{number:04d}?utm_source=feed"


def raw(number: int, *, revision: int = 0) -> bytes:
    """The article as a scraper publishes it: every fifth as text, the others as a page."""
    title, paragraphs = _words(Random(1000 * revision + number), number)
    if number % 5 == 4:
        return _json(number, text="\n\n".join([title, *paragraphs]))
    return _json(number, html=page(title, paragraphs, template=number % 3))


def page(title: str, paragraphs: list[str], *, template: int = 0) -> str:
    """One of three ways to build a page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f"<title>{title} | The Gazette</title>"
    if template == 0:
        return f"<html><head>{head}</head><body><article><h1>{title}</h1>{body}</article></body></html>"
    menu = "<nav>" + "".join(f"<a href='/{place}'>{place}</a>" for place in PLACES) + "</nav>"
    if template == 1:
        shown = f"<main><h1>{title}</h1><div class='story'>{body}</div></main><footer>Write to us</footer>"
        return f"<!doctype html><html lang='en'><head>{head}</head><body>{menu}{shown}</body></html>"
    about = {"@type": "NewsArticle", "headline": title, "datePublished": "2026-03-04T08:00:00Z"}
    script = f"<script type='application/ld+json'>{json.dumps(about)}</script>"
    return f"<html><head>{head}{script}</head><body>{menu}<div id='content'>{body}</div></body></html>"


def _words(choice: Random, number: int) -> tuple[str, list[str]]:
    def fill(form: str) -> str:
        filled = form.format(
            place=choice.choice(PLACES),
            person=choice.choice(PEOPLE),
            body=choice.choice(BODIES),
            matter=choice.choice(MATTERS),
            day=choice.choice(DAYS),
            number=choice.randint(3, 900),
        )
        return filled[0].upper() + filled[1:]

    title = fill("{place} argues about {matter}, part " + str(number))
    paragraphs = [
        " ".join(fill(choice.choice(SENTENCES)) for _ in range(3)) for _ in range(choice.randint(3, 6))
    ]
    return title, [fill(choice.choice(OPENINGS)), *paragraphs]


def _json(number: int, **content: str) -> bytes:
    article = {"url": url(number), "feed": f"feed-{number % 4}", "meta": {"job": number}, **content}
    return json.dumps(article, ensure_ascii=False).encode()
