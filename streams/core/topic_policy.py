"""How Kafka keeps a topic, in words: `delete after 7 d, 8 MiB`."""

from collections.abc import Mapping

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
UNITS = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1000, "s"), (1, "ms"))
SIZES = ((1_048_576, "MiB"), (1024, "KiB"), (1, "B"))


def policy_words(config: Mapping[str, str]) -> str:
    """The policy of Kafka's topic settings, in words; what is not set is left out."""
    ways = sorted(part.strip() for part in config.get("cleanup.policy", "delete").split(","))
    kept = config.get("retention.ms")
    if "delete" in ways and kept is not None:
        ways[ways.index("delete")] = "kept for ever" if kept == "-1" else f"delete after {_in(kept, UNITS)}"
    largest = config.get("max.message.bytes")
    return " + ".join(ways) + (f", {_in(largest, SIZES)}" if largest else "")


def _in(amount: str, units: tuple[tuple[int, str], ...]) -> str:
    """`604800000` -> `7 d`: the largest unit that divides it; what is no number stays as it is."""
    if not amount.isdecimal():
        return amount
    number = int(amount)
    size, unit = next((size, unit) for size, unit in units if number % size == 0)
    return f"{number // size:,} {unit}"
