"""How a key is logged."""

import pytest

from streams.core.message import Message
from streams.logs import key_of


@pytest.mark.parametrize(
    ("key", "logged"),
    [
        (None, None),
        (b"", ""),
        (b"https://paper.example/a?b=c", "https://paper.example/a?b=c"),
        (b"https://crawler:s3cret@paper.example/a", "https://crawler:***@paper.example/a"),
        (b"https://:s3cret@paper.example/a", "https://:***@paper.example/a"),
        (b"\xff\x00", "\\xff\x00"),
        (b"k" * 10_000, "k" * 300),
    ],
)
def test_a_key_is_logged_without_the_password_of_its_url_and_with_a_maximum_length(
    key: bytes | None, logged: str | None
) -> None:
    message = Message(topic="t", partition=0, offset=0, timestamp=0, key=key, value=b"")
    assert key_of(message) == logged
