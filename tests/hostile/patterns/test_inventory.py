"""No regular expression of the product is left unmeasured."""

import ast
import re
from collections import defaultdict

import pytest

from tests.hostile.patterns.inventory import Inventory, Source, read
from tests.hostile.patterns.test_growth import PRODUCT


def read_source(text: str) -> Inventory:
    """The inventory of a module that exists only as text."""
    collected = Inventory(patterns={}, uses=defaultdict(set), unseen=[])
    read(Source("agents.made", ast.parse(text)), collected)
    return collected


def test_every_pattern_of_the_product_is_known_before_it_runs() -> None:
    assert PRODUCT.unseen == []


def test_patterns_are_found_at_the_top_of_modules_in_tables_and_within_functions() -> None:
    assert PRODUCT.patterns["agents.clean.fields.persons.INTERFACE"].pattern.endswith("$")
    assert "streams.ingest.pages.LINKS.0" in PRODUCT.patterns
    assert PRODUCT.patterns[r"agents.clean.fields.timestamps:'\\D'"] == re.compile(r"\D")


def test_a_pattern_is_measured_by_its_most_expensive_use() -> None:
    assert PRODUCT.mode("agents.charsets.LABEL") == "fullmatch"
    assert PRODUCT.mode("agents.clean.fields.persons.INTERFACE") == "match"
    # Used in three modules, and in one of them to search.
    assert PRODUCT.mode("agents.clean.page.markup.TAG") == "search"
    # Passed to a function that may do anything with it.
    assert PRODUCT.mode("agents.entities.chunks.PARAGRAPH") == "search"


@pytest.mark.parametrize(
    "text",
    [
        "import re\ndef f(x): return re.compile(x)",
        "import re\ndef f(x): return re.search('a' + x, x)",
        "import re\ndef f(x): return re.sub('a', 'b', x, flags=re.I)",
        "import re\nclass A:\n    B = re.compile('a')",
        "from re import fullmatch\ndef f(x): return fullmatch(x, x)",
        "import re as regular",
        "import regex",
        "from fnmatch import fnmatch",
    ],
)
def test_a_pattern_that_cannot_be_measured_is_reported(text: str) -> None:
    [sentence] = read_source(text).unseen
    assert sentence.startswith("agents.made")
