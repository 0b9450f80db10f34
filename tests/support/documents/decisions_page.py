"""docs/decisions/index.md: the list of decisions. `make documents` writes it."""

from tests.support.places import DOCS

HEAD = """# Decisions

<!-- written by `make documents` -->

Where another engineer could have chosen differently: what was decided, with the figures and the alternatives
that were not chosen.
"""


def page() -> str:
    """The number and the title of each decision."""
    paths = sorted(DOCS.glob("decisions/0*.md"))
    titles = [path.read_text("utf-8").partition("\n")[0].removeprefix("# ") for path in paths]
    links = [f"- [{title}]({path.name})" for path, title in zip(paths, titles, strict=True)]
    return "\n".join([HEAD, *links, ""])
