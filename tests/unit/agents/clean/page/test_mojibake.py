import pytest

from agents.clean.page.mojibake import repaired
from tests.unit.agents.clean.page.languages import NEWS, page


def misread(text: str, codec: str) -> str:
    return text.encode().decode(codec)


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("The board won’t wait – “never”, it said", "cp1252:sloppy"),
        ("Störche kehren früher zurück", "cp1252"),
        ("El señor Muñoz cerró el café", "latin-1"),
        ("Портовый совет решил закрыть мост", "cp1251:sloppy"),
        ("港湾委員会は橋を通行止めにする", "latin-1"),
        ("Przystań zamknięta", "latin-1"),
    ],
)
def test_utf_8_that_was_read_as_another_charset_is_repaired(text: str, codec: str) -> None:
    name = codec.partition(":")[0]
    # ftfy.bad_codecs reads the bytes that a charset leaves out, as programs do.
    written = misread(text, f"sloppy-windows-{name[2:]}" if ":" in codec else name)
    content = f"<p>One</p><p title='{written}'>{written}</p><p>“Two”</p>"

    expected = f"<p>One</p><p title='{text}'>{text}</p><p>“Two”</p>"
    assert repaired(content, content.encode()) == expected


@pytest.mark.parametrize("language", NEWS)
def test_a_text_that_is_right_is_left_as_it_is(language: str) -> None:
    assert repaired(page(language), page(language).encode()) == page(language)


@pytest.mark.parametrize(
    "text",
    [
        "«ÉTÉ» à la gare",
        "SÃO PAULO",
        "PÃ – not a word",
        "Råå€",
        "Р.С. Иванов — «Рь»",
        "the letter â",
    ],
)
def test_signs_that_only_resemble_it_are_left_as_they_are(text: str) -> None:
    assert repaired(f"<p>{text}</p>", f"<p>{text}</p>".encode()) == f"<p>{text}</p>"


def test_a_byte_that_was_lost_is_not_made_a_sign_for_nothing() -> None:
    text = "“Too much” is “too much” or â€œtoo muchâ€?"
    assert "\ufffd" not in repaired(text, text.encode())
