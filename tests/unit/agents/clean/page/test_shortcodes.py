import pytest

from agents.clean.page.shortcodes import as_figures, captions, removed


@pytest.mark.parametrize(
    "code",
    [
        "[gallery]",
        '[gallery ids="1,2" columns=3]',
        "[GALLERY ids='1,2'/]",
        "[embed]https://a.example/x[/embed]",
        '[video src="a.mp4"][/video]',
        "[youtube https://a.example/x]",
        "[caption id=”a” align=“left”]A boat[/caption]",
        '[caption]<a href="x"><img src="y"></a> A [small] boat[/caption]',
        '[contact-form-7 id="9" title="Contact"]',
        '[et_pb_section bb_built="1"][/et_pb_section]',
        '[some-plugin count="5" /]',
        "[some_plugin id=&#8221;5&#8243;]",
        "[/some_plugin]",
        "[url=https://a.example][/url]",
    ],
)
def test_shortcodes_are_removed_with_what_is_not_text_in_them(code: str) -> None:
    assert removed(f"The ferry {code}stays.") == "The ferry stays."


@pytest.mark.parametrize(
    "words",
    [
        "[sic]",
        "[1]",
        "[Reuters]",
        "[more on this below]",
        "[where x = 5]",
        "[quote from the mayor]",
        "[...]",
        "[",
        "]",
    ],
)
def test_words_in_brackets_stay(words: str) -> None:
    assert removed(f"The ferry {words} stays.") == f"The ferry {words} stays."


@pytest.mark.parametrize(
    "caption", ['[caption id="a"]A boat[/caption]', '[caption caption="A boat"][/caption]']
)
def test_captions_are_captions_of_figures(caption: str) -> None:
    assert captions(f"{caption}x") == ["A boat"]
    assert as_figures(f"{caption}x") == "<figure><figcaption>A boat</figcaption></figure>x"


def test_the_text_between_two_tags_stays() -> None:
    assert removed('[su_box title="x"]The ferry stays.[/su_box]') == "The ferry stays."
