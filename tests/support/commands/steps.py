"""What a command writes while it works, before it says how it ended."""

import re

#: `loading ...`, `creating topics in Kafka at kafka:9092 (2 s)`.
STEP = re.compile(r"(?m)^(?:loading|creating topics [^\n]*|starting [^\n]*) (?:\.\.\.|\(\d+ s\))\n")


def without_steps(text: str) -> str:
    """The output without the lines of its steps."""
    return STEP.sub("", text)
