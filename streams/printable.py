"""Foreign text as a terminal or a log may show it: nothing in it controls, reorders or hides.

Characters that do are written as JSON escapes (`\\u202e`): within JSON these mean the same as before.
"""

import re

# Controls but line feed and tab, half characters, non-characters; marks, embeddings, overrides and isolates
# of direction; line and paragraph separators; joiners and spaces without width; soft hyphens, fillers,
# selectors, annotations. In two patterns: with the first alone `re` searches ten times as fast.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]"
)
# Controls of hieroglyphs, shorthand and music, the second ASCII of tags, selectors of ideographs.
_HIDDEN_ASTRAL = re.compile(
    "[\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
# Persian and Indic words are spelt with the zero-width joiners, emoji with a joiner and a selector
# (the same letters as in agents/clean/page/text.py).
_LETTERS = (
    "\u0620-\u109f\u1780-\u17b3\u17b6-\u17dd\u1820-\u18aa\u1900-\u1cff\ua800-\uabff\ufb50-\ufdcf\ufdf0-\ufdff"
    "\ufe70-\ufefc\U00010a00-\U00011fff"
)
_EMOJI = "\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_SPELLING = "\u200c\u200d\ufe0e\ufe0f"
_SPELT = (
    (re.compile(f"[{_LETTERS}{_EMOJI}][\u200c\u200d][{_LETTERS}{_EMOJI}]"), 1),
    (re.compile(f"[{_EMOJI}]\ufe0f\u200d[{_EMOJI}]"), 2),
    (re.compile(f"[#*0-9©®‼⁉™{_EMOJI}][\ufe0e\ufe0f]"), 1),
)


def visible(text: str) -> str:
    """The text with escapes for what cannot be seen. Line feeds and tabs stay.

    So do the joiners within a word of a script that is spelt with them, and within an emoji.
    """
    return _HIDDEN_ASTRAL.sub(_escape, _HIDDEN.sub(_escape, text))


def one_line(text: str) -> str:
    """The visible text in one line, for a field or a sentence: it cannot forge a further line."""
    return visible(text).replace("\n", "\\n").replace("\t", "\\t")


def visible_json(document: bytes) -> bytes:
    """A JSON document that can be shown, and means the same."""
    return visible(document.decode()).encode()


def _escape(match: re.Match[str]) -> str:
    before = ((spelt, match.start() - length) for spelt, length in _SPELT)
    if match[0] in _SPELLING and any(at >= 0 and spelt.match(match.string, at) for spelt, at in before):
        return match[0]
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
