"""The picture of the bench: F1 of names by set, a dot for stock spaCy and one for the stage.

Run by the environment of `make bench-language`, which has matplotlib; it takes JSON at its input:
`[[set, F1 of stock spaCy, F1 of the stage], …]`.
"""

import json
import sys
from pathlib import Path
from typing import Any

GREY, STOCK, OWN = "#7a7a7a", "#2f7fc1", "#d9480f"
STYLE: dict[Any, Any] = {
    # Text stays text. Ids are made from this and not at random: the same figures make the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "language",
    "font.family": "sans-serif",
    "font.size": 11,
    **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), GREY),
}
#: In inches of 72 px; the height is of one set.
WIDTH, HEIGHT = 9.7, 0.42
Row = tuple[str, float, float]


def draw(rows: list[Row], path: Path) -> None:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT * len(rows) + 1.1), layout="constrained")
        axes = figure.subplots()
        axes.set_title("Names: F1 of span and type", loc="left", fontsize=12)
        for place, (_, stock, own) in enumerate(rows):
            axes.plot([stock, own], [place, place], color=GREY, linewidth=1.2, zorder=1)
        places = range(len(rows))
        for at, colour, label in ((1, STOCK, "stock spaCy"), (2, OWN, "Copydesk")):
            axes.scatter([row[at] for row in rows], places, color=colour, s=48, label=label, zorder=2)
            for place, row in zip(places, rows, strict=True):
                axes.annotate(f"{row[at]:.1f}", (row[at], place), xytext=(0, 8), color=colour,
                              textcoords="offset points", ha="center", fontsize=9)  # fmt: skip
        axes.set(yticks=list(places), yticklabels=[row[0] for row in rows], xlim=(60, 100))
        axes.invert_yaxis()
        axes.margins(y=0.12)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=GREY, alpha=0.25, linewidth=0.6)
        axes.legend(frameon=False, loc="lower left")
        figure.savefig(path, format="svg", transparent=True, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    draw(json.load(sys.stdin), Path(sys.argv[1]))
