"""WordPress shortcodes, `[gallery ids="1,2"]`, which feeds hand on where no plugin has replaced them."""

import re
from html import escape

NAMES = (
    "caption|wp_caption|gallery|embed|audio|video|playlist|youtube|vimeo|twitter|tweet|instagram|facebook"
    "|soundcloud|googlemaps|iframe|poll|polldaddy|slideshow|code|sourcecode|contact-form(?:-7)?|gravityform"
    "|ads?|adrotate|advertisement|pullquote|blockquote|quote|columns?|row|button|divider|spacer|toc|box|infobox"
    "|tabs?|accordion|toggle|raw|read_?more|more|nextpage|subscribe|newsletter|share|social|related|dropcap"
    "|(?:vc|et_pb|su|fusion|av|tve?|mk|td[bc]?|ux|elementor|jnews|mc4wp|ult|one)[_-][\\w-]{1,60}"
)
VALUE = "\"[^\"\\[\\]]*+\"|'[^'\\[\\]]*+'|[“”″][^“”″\\[\\]]*+[“”″]"
# Of a name that is no usual one, only with a quoted attribute: `[sic]`, `[1]` and `[where x = 5]` are words.
SHORTCODE = re.compile(
    rf"\[(?:(?:{NAMES})(?:\s++[\w-]++\s*+=\s*+(?:{VALUE}|[^\s\[\]]++)|\s++(?:{VALUE}|https?:[^\s\[\]]++))*+"
    rf"|[a-z][\w-]*+(?:\s++[\w-]++\s*+=\s*+(?:{VALUE}|&(?:quot|#\d{{2,5}});[^\s\[\]]++))++"
    r"|/[a-z][\w-]*+|(?:url|img|color|size|font)=[^\s\[\]]++)\s*+/?+\]",
    re.IGNORECASE,
)
CAPTION = re.compile(
    r"\[(?:wp_)?caption\b(?P<attributes>[^\[\]]*+)\](?P<inner>(?:[^\[]++|\[(?!/?(?:wp_)?caption\b))*+)"
    r"\[/(?:wp_)?caption\]",
    re.IGNORECASE,
)
IN_ATTRIBUTE = re.compile(r"\bcaption\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')", re.IGNORECASE)
# These enclose an address or a program, and no words.
ENCLOSED = "embed|audio|video|playlist|youtube|vimeo|twitter|tweet|instagram|facebook|iframe|soundcloud"
CONTENTS = re.compile(
    rf"\[({ENCLOSED}|code|sourcecode|googlemaps|img)\b[^\]\[]*+\](?:[^\[]++|\[(?!/?\1\b))*+\[/\1\]",
    re.IGNORECASE,
)


def captions(text: str) -> list[str]:
    """What `[caption]` encloses, and the captions in its attributes, as they are written."""
    return [_words(caption) for caption in CAPTION.finditer(text)]


def removed(text: str) -> str:
    """The text without shortcodes, and without captions."""
    return SHORTCODE.sub("", CONTENTS.sub("", CAPTION.sub("", text))) if "[" in text else text


def as_figures(fragment: str) -> str:
    """The HTML with captions as HTML has them, and without other shortcodes."""
    if "[" not in fragment:
        return fragment
    return removed(CAPTION.sub(_figure, fragment))


def _words(caption: re.Match[str]) -> str:
    attribute = IN_ATTRIBUTE.search(caption["attributes"])
    return (attribute[1] or attribute[2] or "") if attribute else caption["inner"]


def _figure(caption: re.Match[str]) -> str:
    attribute = IN_ATTRIBUTE.search(caption["attributes"])
    words = escape(attribute[1] or attribute[2] or "") if attribute else caption["inner"]
    return f"<figure><figcaption>{words}</figcaption></figure>"
