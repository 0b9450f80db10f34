import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from agents.clean.page.markup import plain, shown
from tests.hostile.rule import elements

PIECES = ["&lt;", "&amp;lt;", "&gt;", "&#60;", "script", "b", "!--", "-->", "\u200b", *'<>/ ="x&']


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Eaves &amp; Sons", "Eaves & Sons"),
        ("Eaves &amp;amp; Sons", "Eaves & Sons"),
        ("<em>Puffin</em> lands", "Puffin lands"),
        ("One<br>Two", "One Two"),
        ("5 &lt; 6", "5 < 6"),
        ("&amp;lt;b&amp;gt;Loud", "Loud"),
        ("a < b and c > d", "a < b and c > d"),
        ("<script>alert(1)</script>Ferry", "Ferry"),
        ("Ferry<!-- alert(1) -->", "Ferry"),
        ("Ferry <img src=x onerror=alert(1)", "Ferry"),
        ("We <3 ferries", "We <3 ferries"),
        ("<script>alert(1)</script>", None),
        (7, None),
    ],
)
def test_entities_are_decoded_and_tags_are_removed(written: object, kept: str | None) -> None:
    assert plain(written) == kept


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_parser_finds_an_element_in_what_is_left(written: str) -> None:
    assert elements(plain(written) or "") == []


def test_a_tag_that_is_escaped_many_times_over_does_not_come_through() -> None:
    assert "<" not in (plain("&" + "amp;" * 4000 + "lt;script&gt;") or "")


def test_the_words_of_scripts_and_styles_are_not_shown() -> None:
    heading = html.fragment_fromstring(
        "<h1>Ferry <script>a()</script><style>b{}</style><b>stays</b><noscript>c</noscript> "
        "<template>d</template>on</h1>"
    )
    assert shown(heading) == "Ferry stays on"
