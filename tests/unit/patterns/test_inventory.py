"""No regular expression of the product is left unmeasured."""

import ast
import re
from collections import defaultdict

import pytest

from tests.unit.patterns.inventory import Inventory, Source, inventory, read


def read_source(text: str) -> Inventory:
    """The inventory of one module that is not there to be imported."""
    found = Inventory(patterns={}, uses=defaultdict(set), unseen=[])
    read(Source("agents.made", ast.parse(text)), found)
    return found


def test_every_pattern_of_the_product_is_known_before_it_runs() -> None:
    assert inventory().unseen == []


def test_patterns_are_found_at_the_top_of_modules_in_tables_and_within_functions() -> None:
    found = inventory()
    assert found.patterns["agents.clean.fields.title.SUFFIX"].pattern.endswith("$")
    assert "streams.ingest.pages.LINKS.0" in found.patterns
    assert found.patterns[r"agents.clean.fields.timestamps:'\\D'"] == re.compile(r"\D")


def test_a_pattern_is_measured_by_the_costliest_of_its_uses() -> None:
    found = inventory()
    assert found.mode("agents.charsets.LABEL") == "fullmatch"
    assert found.mode("agents.clean.fields.title.SUFFIX") == "match"
    # Used in three modules, and in one of them to search.
    assert found.mode("agents.clean.page.markup.TAG") == "search"
    # Handed to a function that may do anything.
    assert found.mode("agents.entities.chunks.PARAGRAPH") == "search"


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
def test_a_pattern_that_nobody_could_measure_is_told(text: str) -> None:
    [sentence] = read_source(text).unseen
    assert sentence.startswith("agents.made")
