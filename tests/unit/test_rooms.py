"""Imports form no circle, folders and files stay small, and the diagram in ARCHITECTURE.md is current."""

import ast
from collections import Counter
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.support.documents import rooms
from tests.support.documents.generated import ARCHITECTURE, GENERATED
from tests.support.places import ROOT

FILES = sorted(path for root in rooms.ROOTS for path in (ROOT / root).rglob("*.py"))
MOST_LINES = 300
MOST_MODULES = 20


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return rooms.graph()


def test_the_diagram_in_the_architecture_document_is_the_one_drawn_from_the_code() -> None:
    """It cannot be drawn if rooms import each other in a circle."""
    (shown,) = GENERATED.findall(ARCHITECTURE.read_text("utf-8"))
    assert shown == rooms.markdown(), "run: make documents"


def test_modules_do_not_import_each_other_in_a_circle(imports: grimp.ImportGraph) -> None:
    by_module = {module: imports.find_modules_directly_imported_by(module) for module in imports.modules}
    assert len(list(TopologicalSorter(by_module).static_order())) > 200


def test_packages_and_modules_within_a_room_do_not_import_each_other_in_a_circle(
    imports: grimp.ImportGraph,
) -> None:
    packages = [module for module in imports.modules if imports.find_children(module)]
    circles = [(package, imports.nominate_cycle_breakers(package)) for package in packages]
    assert [(package, imported) for package, imported in circles if imported] == []


def test_every_package_says_what_it_is_for() -> None:
    packages = [path for path in FILES if path.name == "__init__.py"]
    assert [str(path) for path in packages if not ast.get_docstring(ast.parse(path.read_text("utf-8")))] == []


def test_no_folder_has_too_many_modules_and_no_module_too_many_lines() -> None:
    modules = Counter(path.parent for path in FILES if path.name != "__init__.py")
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in FILES}
    assert [str(folder) for folder, count in modules.items() if count > MOST_MODULES] == []
    assert [str(path) for path, count in lines.items() if count > MOST_LINES] == []


def test_an_arrow_is_left_out_where_a_longer_path_leads_to_the_same_room() -> None:
    arrows = {
        "cli": frozenset({"kafka", "core"}),
        "kafka": frozenset({"core"}),
        "logs": frozenset({"core"}),
        "core": frozenset[str](),
    }
    assert rooms.reduced(arrows) == {"cli": ["kafka"], "kafka": ["core"], "logs": ["core"], "core": []}


def test_rooms_are_ordered_from_top_to_bottom_and_a_circle_is_an_error() -> None:
    arrows = {"core": frozenset[str](), "cli": frozenset({"kafka"}), "kafka": frozenset({"core"})}
    assert rooms.order(arrows) == ["cli", "kafka", "core"]
    with pytest.raises(CycleError):
        rooms.order(arrows | {"core": frozenset({"cli"})})


def test_a_room_is_a_box_with_its_purpose_and_the_number_of_its_modules() -> None:
    top = rooms.Room(name="agents.clean", purpose='the article of a "page"', files=1)
    below = rooms.Room(name="streams (single modules)", purpose="errors, settings", files=2)
    arrows = {top.name: frozenset({below.name}), below.name: frozenset[str]()}
    assert rooms.diagram([top, below], arrows).splitlines() == [
        "flowchart TB",
        '  subgraph root_agents["agents"]',
        '    agents_clean["<b>agents.clean</b><br/>the article of a #quot;page#quot;<br/>1 module"]',
        "  end",
        '  subgraph root_streams["streams"]',
        '    streams_single_modules["<b>streams (single modules)</b><br/>errors, settings<br/>2 modules"]',
        "  end",
        "  agents_clean --> streams_single_modules",
    ]
