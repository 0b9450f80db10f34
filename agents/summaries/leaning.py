"""Sentences that lean on the one before: they begin with a pronoun or a connective."""

import re

ENGLISH = (
    "he she they it his her hers their its this that these those him them but and so then however yet still"
    " also"
    " meanwhile instead or nor there here such both otherwise moreover furthermore nevertheless therefore"
    " thus hence"
    " besides similarly likewise afterwards indeed consequently accordingly"
)
GERMAN = (
    "dieser diese dieses diesen dem das dies dazu dabei"  # old word: this is German
    " er sie es sein seine seinen seiner ihr ihre ihren ihrer damit dann"
    " aber und doch auch jedoch deshalb daher darum dort trotzdem außerdem zudem denn sondern dagegen danach"
    " daraufhin"
)
FRENCH = (
    "il elle ils elles ce cet cette ces cela ceci son sa ses leur leurs mais et donc puis ainsi pourtant"
    " cependant alors or car toutefois enfin"
)
SPANISH = (
    "él ella ellos ellas esto esta este estos estas eso esa ese su sus pero y así entonces también"
    " además sin embargo aunque sino luego"
)
ITALIAN = (
    "lui lei loro egli ella essi questo questa questi queste ciò suo sua ma e però quindi così inoltre"
    " anche tuttavia poi infatti"
)
PORTUGUESE = (
    "ele ela eles elas isso isto este esta esse essa seu sua mas e então assim também porém além entretanto"
)
DUTCH = "hij zij ze het dit dat deze die zijn haar hun maar en dus ook daarom toen daarna echter bovendien"
WORDS = {
    "en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH, "it": ITALIAN, "pt": PORTUGUESE, "nl": DUTCH,
}  # fmt: skip
PATTERNS = {
    language: re.compile(
        rf"\A[\W_]*+(?:{'|'.join(sorted(words.split(), key=len, reverse=True))})(?!\w)", re.IGNORECASE
    )
    for language, words in WORDS.items()
}


def leans(sentence: str, language: str | None) -> bool:
    """Whether a reader needs the sentence before it; False in a language whose words are not known."""
    pattern = PATTERNS.get(language or "")
    return pattern is not None and pattern.match(sentence) is not None
