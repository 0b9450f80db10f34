"""The rooms of the code and the imports between them. `make documents` draws them in ARCHITECTURE.md.

A room is a package directly below `agents` or `streams`; `copydesk`, which has none, is one room. Modules
beside the rooms that use none of them form one room together. Each other module is a room of its own:
`streams.logs` uses `streams.core`.
"""

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

from tests.support.places import ROOT

ROOTS = ("copydesk", "agents", "streams")
#: Starts the command line. It would be a room with a single arrow.
ENTRY_POINT = "streams.__main__"
#: The most characters in a line of a box.
WIDTH = 34

Arrows = Mapping[str, frozenset[str]]


#: Ends the name of the room of modules that use no room.
SINGLE = " (single modules)"


@dataclass(frozen=True, kw_only=True)
class Room:
    """A package with everything in it, or single modules that belong together."""

    name: str
    purpose: str
    files: int

    @property
    def root(self) -> str:
        return re.split(r"\W", self.name)[0]

    @property
    def node(self) -> str:
        """Its name in the diagram, without dots and spaces, which have a meaning there."""
        return re.sub(r"\W+", "_", self.name).strip("_")


def graph() -> grimp.ImportGraph:
    """The imports of the product, without those below `if TYPE_CHECKING`, which never run."""
    return grimp.build_graph(*ROOTS, cache_dir=None, exclude_type_checking_imports=True)


def source(module: str) -> Path:
    """The file of a module or a package."""
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def first_sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    first = " ".join(text.partition("\n\n")[0].split())
    return first.partition(". ")[0].rstrip(".")


def room_of(module: str, imports: grimp.ImportGraph) -> str:
    """The name of the room of a module."""
    root, *below = module.split(".")
    if not any(imports.find_children(module) for module in imports.find_children(root)):
        return root
    if not below:
        return root if uses_rooms(module, imports) else root + SINGLE
    package = f"{root}.{below[0]}"
    if len(below) > 1 or imports.find_children(package):
        return package
    return package if uses_rooms(module, imports) else root + SINGLE


def uses_rooms(module: str, imports: grimp.ImportGraph) -> bool:
    """Whether the module imports a package of its own root, directly or through others."""
    root = module.partition(".")[0] + "."
    above = imports.find_upstream_modules(module)
    return any(
        name.startswith(root) and (name.count(".") > 1 or imports.find_children(name)) for name in above
    )


def rooms(imports: grimp.ImportGraph) -> list[Room]:
    """All rooms, sorted by name."""
    members: dict[str, list[str]] = {}
    for module in sorted(imports.modules - {ENTRY_POINT}):
        members.setdefault(room_of(module, imports), []).append(module)
    return [_room(name, modules) for name, modules in sorted(members.items())]


def _room(name: str, modules: list[str]) -> Room:
    """`__init__.py` is not counted if there are other modules: it only says what a package is for."""
    files = [module for module in modules if source(module).name != "__init__.py"]
    listed = ", ".join(module.rpartition(".")[2] for module in files)
    purpose = listed if name.endswith(SINGLE) else first_sentence(source(name))
    return Room(name=name, purpose=purpose, files=len(files) or 1)


def arrows(imports: grimp.ImportGraph) -> dict[str, frozenset[str]]:
    """Room → the rooms that it imports."""
    homes = {module: room_of(module, imports) for module in imports.modules - {ENTRY_POINT}}
    ends: dict[str, set[str]] = {home: set() for home in homes.values()}
    for module, home in homes.items():
        ends[home] |= {homes[name] for name in imports.find_modules_directly_imported_by(module)} - {home}
    return {home: frozenset(others) for home, others in ends.items()}


def reachable(start: str, graph_arrows: Arrows) -> frozenset[str]:
    """All rooms that `start` leads to, in one step or more."""
    reached: set[str] = set()
    waiting = list(graph_arrows[start])
    while waiting:
        room = waiting.pop()
        if room not in reached:
            reached.add(room)
            waiting.extend(graph_arrows[room])
    return frozenset(reached)


def reduced(graph_arrows: Arrows) -> dict[str, list[str]]:
    """The arrows that no longer path replaces. There must be no cycle."""
    return {
        start: sorted(end for end in ends if not _by_another_path(end, ends - {end}, graph_arrows))
        for start, ends in graph_arrows.items()
    }


def _by_another_path(end: str, others: Iterable[str], graph_arrows: Arrows) -> bool:
    return any(end in reachable(other, graph_arrows) for other in others)


def order(graph_arrows: Arrows) -> list[str]:
    """The rooms from the top down. Raises `graphlib.CycleError` if there is a cycle."""
    by_name = {start: sorted(graph_arrows[start]) for start in sorted(graph_arrows, reverse=True)}
    return list(TopologicalSorter(by_name).static_order())[::-1]


def diagram(all_rooms: Iterable[Room], graph_arrows: Arrows) -> str:
    """The rooms and their arrows from top to bottom, in Mermaid."""
    by_name = {room.name: room for room in all_rooms}
    from_top = [by_name[name] for name in order(graph_arrows)]
    lines = ["flowchart TB"]
    for root in ROOTS:
        boxes = [_box(room) for room in from_top if room.root == root]
        lines += [f'  subgraph root_{root}["{root}"]', *boxes, "  end"] if boxes else []
    fewer = reduced(graph_arrows)
    lines += [f"  {room.node} --> {by_name[end].node}" for room in from_top for end in fewer[room.name]]
    return "\n".join(lines)


def _box(room: Room) -> str:
    text = [*textwrap.wrap(room.purpose.replace('"', "#quot;"), WIDTH), _count(room.files, "module")]
    return f'    {room.node}["<b>{room.name}</b><br/>{"<br/>".join(text)}"]'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def table(all_rooms: Iterable[Room], graph_arrows: Arrows) -> Iterator[str]:
    """Every import between rooms from the top down, in Markdown."""
    by_name = {room.name: room for room in all_rooms}
    yield "| room | modules | imports |"
    yield "|---|---|---|"
    for name in order(graph_arrows):
        ends = ", ".join(f"`{end}`" for end in sorted(graph_arrows[name])) or "nothing"
        yield f"| `{name}` | {by_name[name].files} | {ends} |"


def markdown() -> str:
    """The diagram, what it leaves out, and the table."""
    imports = graph()
    all_rooms, all_arrows = rooms(imports), arrows(imports)
    total, drawn = (sum(map(len, ends.values())) for ends in (all_arrows, reduced(all_arrows)))
    note = (
        f"An arrow points to what is imported. {drawn} of {total} arrows are drawn: one is left out where a"
        " longer way leads to the same room. The table has all of them. Single modules that import no room"
        " are one box together. No arrow leads from `streams` to `agents`: the engine loads the pipeline and"
        " its sinks by name."
    )
    lines = ["```mermaid", diagram(all_rooms, all_arrows), "```", "", textwrap.fill(note, 118), ""]
    return "\n".join([*lines, *table(all_rooms, all_arrows)])


if __name__ == "__main__":
    print(markdown())
