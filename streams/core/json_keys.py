"""Duplicate names in a JSON object: readers disagree about which of the values counts."""

import json
from collections import Counter
from typing import Any

from streams.errors import Invalid


def need_distinct_keys(value: bytes) -> None:
    """Raises `Invalid` if an object has a name twice. A value that is not JSON is for others to reject."""
    try:
        # Numbers stay text: parsing takes time that grows with the square of their length.
        json.loads(value, object_pairs_hook=_distinct, parse_int=str, parse_float=str)
    except Invalid:
        raise
    except RecursionError as error:
        raise Invalid("the JSON is nested too deeply") from error
    except ValueError:
        return


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    counts = Counter(name for name, _ in pairs)
    if len(counts) < len(pairs):
        [(name, _)] = counts.most_common(1)
        raise Invalid(f"the JSON names {name[:100]!a} twice")
