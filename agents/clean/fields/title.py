"""The headline, as the page shows it. Metadata says which heading it is, or stands in for it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from agents.clean.fields.affixes import PAPER, Names, after_colons, runs
from agents.clean.fields.headings import Heading, headings
from agents.clean.page.markup import TAG, plain
from agents.clean.page.parse import Page
from agents.clean.page.text import fold, word_count

# Of each kind of metadata: how much it counts that it says the same.
METAS = (
    ("og:title", 3),
    ("twitter:title", 2),
    ("dc.title", 1),
    ("citation_title", 1),
    ("headline", 1),
    ("parsely-title", 1),
    ("sailthru.title", 1),
    ("title", 1),
)
JSON_LD = 3
TITLE_TAG = 2
CUT = re.compile(r"(?:…|\.{3})[^\w…]{0,3}$")
MARKS = "#*_|⋆★•· "
"""Of Markdown, and between a headline and the name of the site."""
MOST = 300
"""Characters of a headline. The longest of 259 news pages has 150; some software puts the text there."""
CUT_LENGTH = 40
SIMILAR, ALONE = 0.35, 0.2


@dataclass(frozen=True, slots=True)
class Witness:
    """What a piece of metadata says that the headline is."""

    text: str
    weight: int
    runs: dict[str, str]
    """What the headline can be in the text, by its folded form."""

    def support(self, headline: str) -> int:
        """How much it speaks for a headline (folded): most where it is the same, less where it is longer."""
        if fold(self.text) == headline:
            return 2 * self.weight
        return self.weight if headline in self.runs or is_cut(self.text, headline) else 0

    def with_colons(self) -> "Witness":
        return Witness(self.text, self.weight, self.runs | by_form(after_colons(self.text)))


def title(page: Page, outlet: str | None) -> str | None:
    """The headline of the page, or None where there is none."""
    names = Names(page, outlet)
    witnesses = list(_witnesses(page))
    shown = [each for each in headings(page) if not _is_site(each.text, witnesses, names)]
    shown = [each for each in shown if not _is_beside_headline(each, shown, witnesses)]
    chosen = next(filter(None, _choices(shown, witnesses, names)), None)
    # Metadata of the headline `The <b> tag` loses a word that the heading on the page shows.
    return next((each.text for each in shown if TAG.search(each.text) and plain(each.text) == chosen), chosen)


def _is_site(text: str, witnesses: list[Witness], names: Names) -> bool:
    """Whether it is the name of the site; a form of the name may be the headline, if metadata repeats it."""
    return names.is_named(text) or (names.is_site(text) and not _is_repeated(text, witnesses))


def _is_repeated(text: str, witnesses: list[Witness]) -> bool:
    """Whether `og:title` or JSON-LD is the same."""
    return any(each.weight == JSON_LD and fold(each.text) == fold(text) for each in witnesses)


def _is_beside_headline(heading: Heading, shown: list[Heading], witnesses: list[Witness]) -> bool:
    """Whether an h1 is the name of the site: `<title>` has it after what another heading is.

    It is no longer than the headline, since in `Local news - Ferry fares rise` the h1 is the headline.
    """
    name = fold(heading.text)
    least = word_count(heading.text) + (PAPER.search(heading.text) is None)
    ended = [each for each in witnesses if name in each.runs and fold(each.text).endswith(name)]
    others = [fold(each.text) for each in shown if not each.is_main and word_count(each.text) >= least]
    return (
        heading.is_main
        and not _is_repeated(heading.text, witnesses)
        and any(
            other in each.runs
            and fold(each.text).startswith(other)
            and len(other) + len(name) <= len(fold(each.text))
            for each in ended
            for other in others
        )
    )


def _choices(shown: list[Heading], witnesses: list[Witness], names: Names) -> Iterator[str | None]:
    main = [each for each in shown if each.is_main and not each.is_apart]
    lesser = [each for each in shown if not each.is_main and not each.is_apart]
    yield _confirmed(main, lesser, witnesses, names)
    yield _after_colon([*main, *lesser], witnesses, names)
    yield _similar(main, witnesses, names)
    yield _confirmed(lesser, [], witnesses, names)
    # A `<title>` alone is often the name of the site.
    if all(each.weight == TITLE_TAG for each in witnesses[:1]):
        yield _unconfirmed([each for each in main if len(each.text.split()) > 1], names)
    yield _agreed(witnesses, names)
    yield _unconfirmed(shown, names)
    yield from (names.without(each.text) for each in witnesses)


def _witnesses(page: Page) -> Iterator[Witness]:
    written = [
        (page.article.get("headline"), JSON_LD),
        *((page.meta(name), weight) for name, weight in METAS),
        (_title_tag(page), TITLE_TAG),
    ]
    texts = [(plain(text), weight) for text, weight in written]
    short = [(text, weight) for text, weight in texts if text and len(text) <= MOST]
    for text, weight in short or [(text[:MOST], weight) for text, weight in texts if text]:
        yield Witness(text, weight, by_form(runs(text)))


def _title_tag(page: Page) -> str | None:
    """The text of `<title>`; pictures in the page have titles, too."""
    tags = islice(page.tree.iter("title"), 3)
    return next((tag.text for tag in tags if (above := tag.getparent()) is None or above.tag != "svg"), None)


def is_cut(text: str, headline: str) -> bool:
    """Whether a text is the beginning of a headline (folded): cut at 110 characters, or with an ellipsis."""
    beginning = fold(text)
    is_short = len(text) < (15 if CUT.search(text) else CUT_LENGTH)
    return not is_short and len(beginning) < len(headline) and headline.startswith(beginning)


def by_form(texts: Iterable[str]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for text in texts:
        forms.setdefault(fold(text), text)
    return forms


def _support(headline: str, witnesses: Iterable[Witness]) -> int:
    return sum(witness.support(headline) for witness in witnesses)


def _confirmed(
    main: list[Heading], lesser: list[Heading], witnesses: list[Witness], names: Names
) -> str | None:
    """The heading that most of the metadata has. A lesser one must be all of it: parts occur by chance."""
    wholes = {fold(names.without(each.text)) for each in witnesses}
    best, most = None, (0, False, 0)
    for heading in (*main, *lesser):
        for text in heading.forms:
            form = fold(text)
            if heading in lesser and form not in wholes:
                continue
            support = sum(each.support(form) for each in witnesses)
            rank = (support, heading.is_main, len(form))
            if support and rank > most and not (names.is_section(text) or _is_site(text, witnesses, names)):
                best, most = _as_written(text, witnesses), rank
    return best


def _as_written(text: str, witnesses: list[Witness]) -> str:
    """The text of a heading as most have it: a heading may be in capitals, or made up of several elements."""
    forms = [text, *(form for witness in witnesses if (form := witness.runs.get(fold(text))))]
    forms = [form for form in forms if form == form.strip(MARKS)] or forms
    mixed = [form for form in forms if not form.isupper()] or forms
    return max(mixed, key=mixed.count)


def _after_colon(shown: list[Heading], witnesses: list[Witness], names: Names) -> str | None:
    """A heading that metadata has with words before a colon: with them, where most have the same."""
    simple = [each for each in shown if len(each.forms) == 1]
    heading = _confirmed(simple, [], [each.with_colons() for each in witnesses], names)
    if heading is None:
        return None
    longer = [text for each in witnesses if fold(heading) in fold(text := names.without(each.text))]
    most = max(longer, key=longer.count, default=heading)
    return most if longer.count(most) > 1 else heading


def _similar(shown: list[Heading], witnesses: list[Witness], names: Names) -> str | None:
    """The first heading in other words than the metadata, but on the same subject."""
    written = {each for witness in witnesses for each in _trigrams(witness.text)}
    least = SIMILAR if len(shown) > 1 else ALONE
    for heading in shown:
        grams = _trigrams(heading.text)
        if grams and len(grams & written) >= least * len(grams) and not names.is_section(heading.text):
            return names.without(heading.text)
    return None


def _trigrams(text: str) -> set[str]:
    form = fold(text)
    return {form[at : at + 3] for at in range(len(form) - 2)}


def _agreed(witnesses: list[Witness], names: Names) -> str | None:
    """What most of the metadata has, without what is cut."""
    texts = [text for each in witnesses if not names.is_site(text := names.without(each.text))]
    whole = [text for text in texts if not any(is_cut(text, fold(other)) for other in texts)]
    return max(whole, key=lambda text: _support(fold(text), witnesses), default=None)


def _unconfirmed(shown: list[Heading], names: Names) -> str | None:
    """The first heading of a page without metadata."""
    headlines = [each for each in shown if not names.is_section(each.text)]
    apart = [each for each in headlines if each.is_apart and each.is_main]
    return next(
        (names.without(each.text) for each in (*(e for e in headlines if not e.is_apart), *apart)), None
    )
