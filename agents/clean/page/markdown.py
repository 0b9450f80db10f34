"""The marks of Markdown, which some scrapers write into their texts."""

import re

HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]++([^\n]*+)$", re.MULTILINE)
UNDERLINED = re.compile(r"^([^\n]{1,300})\n[ \t]*+={3,}[ \t]*+$", re.MULTILINE)
RULE = re.compile(r"^[ \t]*+(?:-{3,}|={3,}|\*{3,}|_{3,}|(?:\* ){2,}\*)[ \t]*+$", re.MULTILINE)
QUOTE = re.compile(r"^[ \t]{0,3}(?:>[ \t]?+){1,5}", re.MULTILINE)
IMAGE = re.compile(r"!\[[^\[\]\n]{0,500}\]\([^()\n]{0,1000}\)")
LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\((?:https?:|mailto:|/|#)[^()\n]{0,1000}\)")
STRONG = re.compile(r"(\*\*|__)(?=[^\s*_])([^*_\n]{1,500})(?<=\S)\1(?!\w)")
EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=[^\s*_])([^*_\n]{1,300})(?<=\S)\1(?![\w*])")


def without_marks(text: str) -> tuple[str, str | None]:
    """The text without the marks, its headings as paragraphs; and the first line, if that is a heading."""
    text = UNDERLINED.sub(r"# \1", text.replace("\r\n", "\n"))
    start = HEADING.match(text.lstrip("\ufeff \t\n"))
    text = RULE.sub("", QUOTE.sub("", HEADING.sub(_as_paragraph, text)))
    for mark in (IMAGE, LINK, STRONG, EMPHASIS):
        text = mark.sub(lambda words: words[words.lastindex] if words.lastindex else "", text)
    return text, (_inner(start) if start else None)


def _as_paragraph(heading: re.Match[str]) -> str:
    return f"\n{_inner(heading)}\n"


def _inner(heading: re.Match[str]) -> str:
    return heading[1].rstrip(" \t#")
