"""Too many of the same thing: attributes, tags, levels, rows, comments, letters."""

from tests.hostile.record import JSON, LARGE, PARAGRAPHS, Corpus, Hostile, html, linked, page, raw, story

#: Bytes and elements of the more expensive pieces; up to 40,000 elements are read.
MANY, ELEMENTS = 400_000, 4_000


def filled(piece: str, size: int = MANY) -> str:
    """`piece` as often as it fits into `size` bytes."""
    return piece * (size // len(piece.encode()))


def attributes(number: int) -> Hostile:
    """Many attributes on a single tag."""
    many = " ".join(f"a{n}=x" for n in range(number))
    return html(page(story(before=f"<p {many}>One tag.</p>")))


def crowded_tags() -> Hostile:
    """Many tags, each with about as many attributes as are allowed."""
    many = " ".join(f"a{n}=x" for n in range(1990))
    return html(page(story(after=filled(f"<i {many}>x</i>"))))


def nested(tag: str, number: int = 100_000) -> Hostile:
    """The same element, nested many levels deep."""
    return html(page(story(after=f"<{tag}>" * number + "Deep." + f"</{tag}>" * number)))


def around(tag: str) -> Hostile:
    """The article within as many levels as the parser reads."""
    return html(page(f"<{tag}>" * 240 + story() + f"</{tag}>" * 240))


def blocks(piece: str) -> Hostile:
    """Megabytes of the same piece after the article."""
    return html(page(story(after=filled(piece, LARGE))))


def just_below(piece: str, elements: int = ELEMENTS) -> Hostile:
    """As many of the same piece as the limit of elements allows."""
    return html(page(story(after=piece * (elements // piece.count("</")))))


def in_head(piece: str, size: int = MANY) -> Hostile:
    """Very many of the same piece in the head."""
    return html(page(head=filled(piece, size)))


def in_head_below(piece: str, elements: int = ELEMENTS) -> Hostile:
    """As many of the same piece in the head as the limit of elements allows."""
    return html(page(head=piece * elements))


def title_and_meta() -> Hostile:
    """Every field of the head a megabyte long."""
    long = "Ferry " * 170_000
    names = (
        "og:title",
        "og:description",
        "author",
        "article:section",
        "keywords",
        "og:image",
        "og:site_name",
    )
    metas = "".join(f'<meta property="{name}" content="{long}">' for name in names)
    return html(page(head=metas, title=long))


def one_line(piece: str, size: int = MANY) -> Hostile:
    """A long paragraph."""
    return html(page(story(after=f"<p>{filled(piece, size)}</p>")))


def one_line_of_text(piece: str, size: int = MANY) -> Hostile:
    """A long paragraph as plain text, without a page around it."""
    return raw(html=None, text=filled(piece, size))


def prose() -> Hostile:
    """Ordinary prose, to compare with. No paragraph is repeated, because repeats are left out."""
    days = (f"On day {n} of the inquiry: {paragraph}" for n, paragraph in enumerate(PARAGRAPHS * 190))
    return raw(html=None, text="\n\n".join(days))


def many_headers(number: int = 10_000) -> Hostile:
    """Very many headers."""
    return Hostile(
        value=page().encode(),
        headers=(("content-type", b"text/html"), *((f"x-{n}", b"y" * 20) for n in range(number))),
    )


def long_header() -> Hostile:
    """A header as large as a record, in which a charset is searched for."""
    return Hostile(value=page().encode(), headers=(("content-type", b"text/html;" + b" charset" * 800_000),))


def linked_page(data: str) -> Hostile:
    """A page with JSON-LD of up to the largest size that is read."""
    return html(page(head=linked(data)))


def many_blocks() -> Hostile:
    """Many blocks of broken JSON-LD."""
    block = linked('{"@type": "NewsArticle", "headline": "' + "x" * 200_000)
    return html(page(head=block * 14))


CROWDS: Corpus = {
    "100,000 attributes on one tag": lambda: attributes(100_000),
    "1,990 attributes on one tag": lambda: attributes(1_990),
    "one attribute a million times": lambda: html(page(story(before=f"<p {filled('a=1 ')}>One tag.</p>"))),
    "a tag that never ends": lambda: html(page(story(after="<p " + filled("a='\" = ")))),
    "many crowded tags": crowded_tags,
    "100,000 nested div": lambda: nested("div"),
    "100,000 nested span": lambda: nested("span"),
    "100,000 nested b": lambda: nested("b"),
    "100,000 nested blockquote": lambda: nested("blockquote"),
    "100,000 nested ul li": lambda: nested("ul><li"),
    "40,000 nested tables": lambda: html(page(story(after="<table><tr><td>" * 40_000))),
    "an article below 240 div": lambda: around("div"),
    "an article below 240 blockquote": lambda: around("blockquote"),
    "formatting never closed": lambda: html(page(story(after="<b><i><u><font><a href=/x><p>word " * 5_000))),
    "a million empty tags": lambda: blocks("<i></i>"),
    "millions of unknown tags": lambda: blocks("<x>"),
    "millions of closing tags": lambda: blocks("</p>"),
    "millions of br": lambda: blocks("<br>"),
    "millions of comments": lambda: blocks("<!---->"),
    "comments never closed": lambda: blocks("<!-- "),
    "millions of instructions": lambda: blocks("<?x?>"),
    "millions of angle brackets": lambda: blocks("<"),
    "millions of ampersands": lambda: html(page(story(after=filled("&")))),
    "millions of entities": lambda: html(page(story(after=filled("&lt;")))),
    "4,000 links": lambda: just_below("<a href=/x>A link to somewhere else</a>"),
    "4,000 paragraphs": lambda: just_below("<p>Short and said again.</p>"),
    "4,000 different paragraphs": lambda: html(
        page(story(after="".join(f"<p>Paragraph {n} of the port.</p>" for n in range(ELEMENTS))))
    ),
    "15,000 headings": lambda: just_below("<h1>A heading of the page</h1>", 15_000),
    "4,000 times": lambda: just_below("<time datetime=2026-01-01>1 January 2026</time>"),
    "4,000 authors": lambda: just_below("<span class=author>Marta Lindqvist</span>"),
    "4,000 captions": lambda: just_below("<figure><figcaption>The ferry in port</figcaption></figure>"),
    "4,000 lists": lambda: just_below("<ul><li>One</li></ul>"),
    "4,000 spans in one paragraph": lambda: html(
        page(story(after="<p>" + "<span>word </span>" * ELEMENTS + "</p>"))
    ),
    "4,000 articles": lambda: just_below("<article><p>A word</p></article>"),
    "a table of a million rows": lambda: html(
        page(story(after="<table>" + "<tr><td>7" * 833_000 + "</table>"))
    ),
    "a table of 4,000 rows": lambda: html(
        page(story(after="<table>" + "<tr><td>The port of Gosport" * ELEMENTS + "</table>"))
    ),
    "millions of meta tags": lambda: in_head('<meta name="author" content="Marta Lindqvist">'),
    "4,000 meta tags": lambda: in_head_below('<meta name="author" content="Ann Lee">'),
    "4,000 links in the head": lambda: in_head_below("<link rel=canonical href=/x>"),
    "4,000 scripts of JSON-LD": lambda: html(page(head=linked('{"@type":"NewsArticle"}') * ELEMENTS)),
    "every field a megabyte": title_and_meta,
    "long classes": lambda: html(page(story(after=f'<div class="{filled("author date byline ")}">x</div>'))),
    "an ordinary article": prose,
    "a text as long as is read": lambda: one_line_of_text("The ferry of Gosport runs. ", 1_000_000),
    "a text as long as is read, of signs": lambda: one_line_of_text("\u201c(", 2_000_000),
    "a paragraph as long as is read": lambda: one_line("The ferry of Gosport runs. ", 990_000),
    "a paragraph as long as is read, of points": lambda: one_line("x" + "." * 98_000 + "x ", 990_000),
    "an attribute of 7 MB": lambda: html(page(story(after=f"<p title='{'x' * LARGE}'>One tag.</p>"))),
    "one line of 7 MB": lambda: one_line("The ferry of Gosport runs. ", LARGE),
    "one line of 7 MB without spaces": lambda: one_line("x", LARGE),
    "one line of signs": lambda: one_line("\u201c("),
    "one line of spaces": lambda: one_line(" "),
    "one line of Han": lambda: one_line("渡船"),
    "nothing but words": lambda: one_line_of_text("The ferry of Gosport runs. "),
    "nothing but text without spaces": lambda: one_line_of_text("x"),
    "nothing but text of signs": lambda: one_line_of_text("\u201c("),
    "nothing but line feeds": lambda: one_line_of_text("\n"),
    "nothing but line feeds and spaces": lambda: one_line_of_text("\n \t"),
    "nothing but short lines": lambda: one_line_of_text("a\n"),
    "nothing but dashes": lambda: one_line_of_text("A - "),
    "nothing but full stops": lambda: one_line_of_text("."),
    "nothing but combining marks": lambda: one_line_of_text("e\u0301\u0327\u0302"),
    "10,000 headers": many_headers,
    "10,000 times the same header": lambda: Hostile(
        value=raw().value, headers=(*JSON * 5_000, ("content-type", b"application/json"))
    ),
    "a header of 6 MB": long_header,
    "JSON-LD of a string that never ends": lambda: linked_page(
        '{"@type": "NewsArticle", "headline": "' + filled('\\"', 900_000)
    ),
    "JSON-LD of braces": lambda: linked_page("{" * 900_000),
    "JSON-LD of commas": lambda: linked_page("{" + ", " + " " * 900_000 + "}"),
    "JSON-LD of lists of types never closed": lambda: linked_page(
        '{"@type": "NewsArticle", "b": {' + filled('"@type":[', 900_000)
    ),
    "JSON-LD of many broken blocks": many_blocks,
}
