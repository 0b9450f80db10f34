"""The picture of the bench: the pages of each set from the worst to the best, a line an extractor."""

import statistics
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from bench.extraction import tables
from bench.extraction.tally import Tallies

#: Extractor → colour and dashes. The colours differ from a white ground as much as from a black one.
LINES = {
    "copydesk": ("#d9480f", "-"),
    "trafilatura, default": ("#2f7fc1", "-"),
    "trafilatura, as used": ("#2f7fc1", "--"),
    "readability-lxml": ("#a45bb5", "-"),
    "newspaper4k": ("#8a7a1f", "-"),
    "resiliparse": ("#1f8f6a", "-"),
}
GREY = "#7a7a7a"
STYLE: dict[Any, Any] = {
    # Text stays text. Ids are made from this and not at random: the same figures make the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "extraction",
    "font.family": "sans-serif",
    "font.size": 11,
    "axes.spines.top": False,
    "axes.spines.right": False,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), GREY),
}
#: The points of a line, whatever the number of pages.
POINTS = 180
#: In inches of 72 px.
WIDTH, HEIGHT = 9.7, 3.6
TICKS = (0, 1, 2, 5, 10, 20, 30, 50, 70, 100)
#: Where the names begin, in per cent of the pages.
LABELS = 48


def curve(f1s: list[float]) -> tuple[list[float], list[float]]:
    """The share of pages in per cent, and the F1 of the page there. The worse, the closer together."""
    order = sorted(f1s)
    shares = [(at / (POINTS - 1)) ** 2 for at in range(POINTS)]
    return [100 * share for share in shares], [order[round(share * (len(order) - 1))] for share in shares]


def draw(tallies: Tallies, path: Path) -> None:
    with mpl.rc_context(STYLE):
        parts = list(tables.of_sets(tallies))
        figure = Figure(figsize=(WIDTH, HEIGHT * len(parts)), layout="constrained")
        for axes, (name, part) in zip(figure.subplots(len(parts), squeeze=False)[:, 0], parts, strict=True):
            # Copydesk was trained on the even half.
            _panel(axes, name, {key: tally for key, tally in part.items() if key[1] == "odd"})
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})


def _panel(axes: Any, name: str, part: Tallies) -> None:
    measure = next(iter(part.values())).measure
    axes.set_title(f"{name}: F1 of the {measure} of {tables.pages(part)} pages", loc="left", fontsize=12)
    # By square roots: extractors differ in the worst pages, and are equal in the better half.
    axes.set_xscale("function", functions=(np.sqrt, np.square))
    axes.set(xlim=(0, 100), ylim=(0, 1.02), xticks=TICKS, xlabel="pages from the worst to the best, %")
    axes.grid(axis="x", color=GREY, alpha=0.25, linewidth=0.6)
    lines = {tool: _f1s(part, tool) for tool in LINES if any(key[2] == tool for key in part)}
    for tool, f1s in lines.items():
        colour, dashes = LINES[tool]
        axes.plot(*curve(f1s), color=colour, linestyle=dashes, linewidth=2.4 if tool == "copydesk" else 1.4)
    _label(axes, lines)


def _f1s(part: Tallies, tool: str) -> list[float]:
    return [value for (_, _, name), tally in part.items() if name == tool for value in tally.f1s]


def _label(axes: Any, lines: dict[str, list[float]]) -> None:
    """A name at the right below the lines, the best on top, with a thin line to its own."""
    order = sorted(lines, key=lambda tool: -statistics.mean(lines[tool]))
    for at, tool in enumerate(order):
        height = 0.74 - 0.12 * at
        place = _reaches(*curve(lines[tool]), height)
        colour = LINES[tool][0]
        axes.plot(*place, color=colour, marker="o", markersize=4)
        axes.annotate(
            tool,
            xy=place,
            xytext=(LABELS, height),
            color=colour,
            va="center",
            arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7, "alpha": 0.7},
        )


def _reaches(shares: list[float], f1s: list[float], height: float) -> tuple[float, float]:
    """Where a line comes to a height, or its start where that is higher."""
    if f1s[0] >= height:
        return shares[0], f1s[0]
    return next((share for share, value in zip(shares, f1s, strict=True) if value >= height), 100), height
