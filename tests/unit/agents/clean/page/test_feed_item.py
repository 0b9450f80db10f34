"""What feeds make of a page, and that its paragraphs are found in it all the same."""

from html import escape

import pytest

from agents.clean.page import extract
from agents.clean.page.charset import Decoded
from agents.clean.page.feed_item import Kind, as_meant, kind, readable
from agents.clean.page.parse import parse
from agents.clean.settings import CleanSettings
from tests.unit.agents.clean.pages import URL, raw

PARAGRAPHS = [
    "The harbour council voted on Tuesday to keep the ferry running through the winter, after a long debate.",
    "Fares will rise in January, and the operator has promised to publish how many passengers it carries.",
    "Shopkeepers on the quay had feared for their trade; 1,900 people had signed a petition by Monday.",
    "The last crossing leaves at eleven o'clock, and the first before the bakers begin to work.",
]
HTML = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
WORDPRESS = "\n\n".join([*PARAGRAPHS[:1], f"<em>{PARAGRAPHS[1]}</em>", *PARAGRAPHS[2:]])
CAPTION = '[caption id="attachment_7" width="600"]<img src="x.jpg" alt="x" /> The ferry in 1934[/caption]'


@pytest.mark.parametrize(
    "sent",
    [
        HTML,
        escape(HTML),
        escape(escape(HTML)),
        HTML.replace("<", "&#60;").replace(">", "&#62;"),
        HTML.replace("<", "&#x3C;").replace(">", "&#x3E;"),
        HTML.replace("<", "\\u003c").replace(">", "\\u003e"),
        f"<div>{escape(HTML)}</div>",
        f"<![CDATA[{HTML}]]>",
        f"<![CDATA[{escape(HTML)}]]>",
        escape(f"<![CDATA[{HTML}]]>"),
        f"<p>{PARAGRAPHS[0]}</p><![CDATA[" + HTML.partition("</p>")[2] + "]]>",
        "<br><br>".join(PARAGRAPHS),
        "<div>" + "<br />\n<br />".join(PARAGRAPHS) + "</div>",
        "<center>" + "<br/><br/>".join(PARAGRAPHS) + "</center>",
        WORDPRESS,
        WORDPRESS.replace("\n", "\r\n"),
        WORDPRESS.replace("\n\n", "\n"),
        HTML.replace(", and", ",\nand"),
        f"<!-- wp:paragraph -->{HTML}<!-- /wp:paragraph -->",
        f"<p>{CAPTION}</p>{HTML}",
        f"{CAPTION}\n\n{WORDPRESS}",
        f'[vc_row][vc_column width="1/2"]{HTML}[/vc_column][/vc_row]',
        f'{HTML}<p>[gallery ids="1,2"]</p><p>[embed]https://a.example/video[/embed]</p>',
        f'[my_plugin color="red"]{HTML}[/my_plugin]',
    ],
)
def test_the_paragraphs_of_a_feed_item_are_those_of_the_page(sent: str) -> None:
    page = parse(Decoded(readable(sent) or "", None), URL, CleanSettings())

    assert page is not None
    assert [" ".join(each.split()) for each in extract.fast(page)] == PARAGRAPHS


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<!doctype html><p>x", "page"),
        ("<title>Ferry</title><p>x", "page"),
        ("<p>x", "fragment"),
        ("Ferry<br/>stays", "fragment"),
        ("[1] The ferry stays, the council said.", "text"),
        ("[Updated] The ferry stays.", "text"),
        ("[“It stays”, she said.]", "text"),
        ("{Editor's note: the ferry stays.}", "text"),
        ("<3 for the ferry", "text"),
        ("<The Ferry> stays", "text"),
        ('"The ferry stays", she said.', "text"),
        ("5 < 6 and 7 > 6", "text"),
        ('{"title": "Ferry", "body', "other"),
        ('[{"title": "Ferry"}]', "other"),
        ("[1, 2]", "other"),
        ("{}", "other"),
        ('<?xml version="1.0"?><rss><item>x</item></rss>', "other"),
        ("<feed><entry><p>x</p></entry></feed>", "other"),
    ],
)
def test_pages_parts_of_pages_texts_and_other_formats_are_distinguished(content: str, expected: Kind) -> None:
    assert kind(content) == expected


@pytest.mark.parametrize(
    "content",
    ["<!doctype html><p>&lt;p&gt;&lt;p&gt;", "<p>Write <code>&lt;p&gt;</code>.</p>", "C:\\new\\run"],
)
def test_what_is_not_wrapped_is_left_as_it_is(content: str) -> None:
    assert content in (readable(content) or "")


@pytest.mark.parametrize(
    ("html", "text", "expected"),
    [
        ("Ferry stays.", None, (None, "Ferry stays.")),
        ("Ferry stays.", "Ferry stays all winter.", (None, "Ferry stays all winter.")),
        ("Ferry stays all winter.", "Ferry stays.", (None, "Ferry stays all winter.")),
        ('{"a": 1}', "Ferry stays.", (None, "Ferry stays.")),
        ('{"a": 1}', None, ('{"a": 1}', None)),
        (None, "<html><p>x</html>", ("<html><p>x</html>", None)),
        ("<html><p>x</html>", "Ferry stays.", ("<html><p>x</html>", "Ferry stays.")),
        (" ", "\n", (None, None)),
    ],
)
def test_a_record_holds_a_page_and_a_text_whatever_fields_they_were_sent_in(
    html: str | None, text: str | None, expected: tuple[str | None, str | None]
) -> None:
    record = as_meant(raw(html=html, text=text))

    assert (record.html, record.text) == expected
