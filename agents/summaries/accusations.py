"""Sentences that accuse somebody of a crime or a wrong, and those in which somebody denies it.

A summary that has one without the other is what an editor is sued for.
"""

import re

ACCUSES = re.compile(
    r"\b(?:accus(?:ed|es|ing|ations?)|alleg(?:ed(?:ly)?|es|ations?)|charged with|charges against|indicted"
    r"|(?:faces?|facing|denies) charges|on trial|in the dock|stands? trial|arrested (?:on suspicion|over|for)"
    r"|su(?:ed|ing)|lawsuits?|prosecutors? (?:say|said|claim(?:ed)?|argued?)|guilty of|defraud(?:ed|ing)?"
    r"|misconduct)\b",
    re.IGNORECASE,
)
DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|not guilty|maintains? (?:his|her|their|its) innocence"
    r"|protest(?:s|ed) (?:his|her|their) innocence|without merit|(?:is|was|are|were) innocent"
    r"|did nothing wrong|(?:reject|dismiss|refut|disput)(?:s|es|ed)? (?:the|all|any|these|those|such)"
    r" (?:claims?|allegations?|accusations?|charges?))\b",
    re.IGNORECASE,
)


def accuses(sentence: str, language: str | None) -> bool:
    """Whether it says that somebody is accused. English alone: in other languages, no sentence does."""
    return language == "en" and ACCUSES.search(sentence) is not None


def denies(sentence: str, language: str | None) -> bool:
    return language == "en" and DENIES.search(sentence) is not None
