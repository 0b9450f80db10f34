from io import StringIO

import orjson
from rich.console import Console

from agents.entities.settings import EntitiesSettings
from agents.entities.work import load
from agents.reading import whole
from tests.unit.agents.articles import clean_article

TEXT = "Anna Berg leads the Harbour Board in Oslo. “Nothing is decided,” Berg said."


def printed(article: object, *, color: str | None = None) -> str:
    console = Console(file=StringIO(), width=100, color_system=color, force_terminal=color is not None)  # type: ignore[arg-type]  # one of its words
    console.print(whole(orjson.loads(orjson.dumps(article))))
    return console.file.getvalue()  # type: ignore[attr-defined]  # the StringIO above


def test_an_article_is_shown_with_who_said_what_and_where_its_places_are() -> None:
    text = printed(load(EntitiesSettings())(clean_article(TEXT, title="Berg waits", language="en")))

    assert text.startswith("Berg waits\nExample Times · en · ")
    assert TEXT in text
    assert "Anna Berg: Nothing is decided\n" in text
    assert "Places: Oslo (NO)" in text


def test_names_and_quotations_are_marked() -> None:
    text = printed(load(EntitiesSettings())(clean_article(TEXT)), color="standard")

    assert "\x1b[1;36mAnna Berg\x1b[0m" in text
    assert "\x1b[4mNothing is decided,\x1b[0m" in text


def test_an_article_of_which_nothing_is_known_is_shown() -> None:
    assert printed({}) == "(no title)\n\n\n\n\n"
