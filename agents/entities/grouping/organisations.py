"""Which names of organisations are short for others: `AU`, `the Post`, `Siemens` for `Siemens AG`."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from agents.entities.grouping.names import Name
from agents.entities.organisations.table import Organisation, bare, known
from agents.entities.repair.acronyms import is_acronym

ORGANISATION = "organisation"
SHORTEST = 3
LONGEST_ACRONYM = 8


class Form(NamedTuple):
    """A name with what it is compared by: without its legal form, and as an organisation of the table."""

    key: str
    form: str
    plain: str
    bare: str
    known: Organisation | None


Rule = Callable[[Form, Form], bool]


def aliases(names: Sequence[Name]) -> dict[str, str]:
    """Short name → the full name of the only organisation that it can stand for."""
    own = [_form(name) for name in names if name.type == ORGANISATION]
    full: dict[str, str] = {}
    for rule in (_is_same, _is_without_form, _is_initials, _is_beginning, _is_end):
        for name in own:
            if name.key not in full:
                fitting = list(_fitting(name, own, rule, full))
                if len({_end(each, full) for each in fitting}) == 1:
                    full[name.key] = max(fitting, key=lambda each: (len(each), each))
    return full


def _form(name: Name) -> Form:
    return Form(name.key, name.form, name.form.casefold(), bare(name.form).casefold(), known(name.form))


def _fitting(short: Form, own: Sequence[Form], rule: Rule, full: dict[str, str]) -> Iterator[str]:
    for long in own:
        if len(long.form) > len(short.form) and rule(short, long) and full.get(long.key) != short.key:
            yield long.key


def _end(name: str, full: dict[str, str]) -> str:
    while name in full:
        name = full[name]
    return name


def _is_same(short: Form, long: Form) -> bool:
    """Both are names of one organisation in the table."""
    return short.known is not None and short.known == long.known


def _is_without_form(short: Form, long: Form) -> bool:
    return long.bare == short.plain


def _is_initials(short: Form, long: Form) -> bool:
    letters = short.form.replace(".", "")
    return (
        letters.isupper()
        and 1 < len(letters) <= LONGEST_ACRONYM
        and " " not in letters
        and is_acronym(letters, long.form)
    )


def _is_beginning(short: Form, long: Form) -> bool:
    """`Nordlys` for `Nordlys Energi`; not `Siemens` for `Siemens Energy`, which is another company."""
    return len(short.form) >= SHORTEST and short.known is None and long.plain.startswith(short.plain + " ")


def _is_end(short: Form, long: Form) -> bool:
    """`Post` for `Washington Post`, `Board` for `Ghana Cocoa Board`."""
    return len(short.form) >= SHORTEST and short.known is None and long.plain.endswith(" " + short.plain)
