"""How a topic policy is shown."""

import pytest

from streams.core.topic import policy_words


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (
            {"cleanup.policy": "delete", "retention.ms": "604800000", "max.message.bytes": "8388608"},
            "delete after 7 d, 8 MiB",
        ),
        ({"cleanup.policy": "compact,delete", "retention.ms": "7776000000"}, "compact + delete after 90 d"),
        ({"cleanup.policy": "compact", "max.message.bytes": "1000"}, "compact, 1,000 B"),
        ({"cleanup.policy": "delete", "retention.ms": "-1"}, "kept forever"),
        ({"cleanup.policy": "delete", "retention.ms": "5400000"}, "delete after 90 min"),
        ({}, "delete"),
    ],
)
def test_a_policy_is_shown_in_the_largest_units_that_fit(config: dict[str, str], words: str) -> None:
    assert policy_words(config) == words
