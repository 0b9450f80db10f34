"""Names that a JSON document gives twice: readers disagree about which of the two counts."""

import json
from collections import Counter
from typing import Any

from streams.errors import Invalid


def need_distinct_keys(value: bytes) -> None:
    """Raises `Invalid` where an object names something twice; what is no JSON is for others to reject."""
    try:
        # Numbers stay text: a long one would take time with its square.
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
