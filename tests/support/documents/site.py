"""The documents as a site: `make site` builds it into build/documents/site.

The documents stay as they are for readers of the repository. Copies of them are the pages of the site, with a
page for each other file that a document links to. In the copies, links lead to the copies, and diagrams are
images. Whatever builds Markdown with a navigation can build the site from them.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import mmdr
import yaml

from tests.support.places import DOCS, ROOT

#: Documents outside of docs/ → their page.
TOP_LEVEL = {
    "README.md": "getting-started/first-minute.md",
    "ARCHITECTURE.md": "design/architecture.md",
    "CONTRIBUTING.md": "design/contributing.md",
    "CHANGELOG.md": "design/changelog.md",
}
INDEX = "docs/index.md"
#: Files in docs/ that are part of the site.
PUBLISHED = {".md", ".json", ".svg"}
#: Code, which is not searched for links; and links.
LINK = re.compile(
    r"(?P<code>^```.*?^```|``.*?``|`[^`\n]*`)|\]\((?P<target>[^)\s]+)\)", re.MULTILINE | re.DOTALL
)
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (.+)$|^- \[([^\]]+)\]\(([^)]+)\)", re.MULTILINE)
#: File extension → language of its code block.
LANGUAGES = {"py": "python", "mjs": "javascript", "toml": "toml", "yml": "yaml", "json": "json"}
STYLE = '.md-typeset img[src$=".svg"] { background: white; padding: 0.5rem }\n'


@dataclass
class Site:
    """The pages in a folder of their own."""

    folder: Path
    linked: set[str] = field(default_factory=set)
    """Files and folders outside of the documents that a page links to."""

    @property
    def pages(self) -> Path:
        return self.folder / "pages"

    def write(self) -> None:
        """Write the pages, and the configuration with the navigation."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in [*TOP_LEVEL, *documents()]:
            self.put(path)
        written: set[str] = set()
        while waiting := self.linked - written:
            for path in sorted(waiting):
                self.put_source(path)
            written |= waiting
        (self.pages / "site.css").write_text(STYLE)
        configuration = (DOCS / "mkdocs.yml").read_text("utf-8")
        places = {"docs_dir": "pages", "site_dir": str(self.folder / "site"), "nav": list(navigation())}
        (self.folder / "mkdocs.yml").write_text(
            f"{configuration}\n{yaml.safe_dump(places, sort_keys=False)}", "utf-8"
        )

    def put(self, path: str) -> None:
        """Copy a document."""
        page = self.pages / page_of(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        if page.suffix == ".md":
            text = self.with_links((ROOT / path).read_text("utf-8"), path)
            page.write_text(self.with_images(text, page), "utf-8")
        else:
            shutil.copy(ROOT / path, page)

    def put_source(self, path: str) -> None:
        """Write the page of a file or folder that is no document."""
        page = self.pages / page_of(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        lines = self.listing(path) if (ROOT / path).is_dir() else code(path)
        page.write_text(
            "\n".join(["---", "search: { exclude: true }", "---", f"# {path}", "", *lines, ""]), "utf-8"
        )

    def listing(self, path: str) -> Iterator[str]:
        """A link for each file and folder in a folder."""
        for name in sorted({name.removeprefix(f"{path}/").partition("/")[0] for name in tracked(path)}):
            yield f"- [{name}]({self.link(f'{path}/{name}', path)})"

    def with_links(self, text: str, path: str) -> str:
        """The text of a document, its links leading to the pages of the site."""

        def changed(match: re.Match[str]) -> str:
            target, _, anchor = (match["target"] or "").partition("#")
            if not target or "://" in target:
                return match[0]
            goal = os.path.normpath(Path(path).parent / target)
            return f"]({self.link(goal, path)}{'#' if anchor else ''}{anchor})"

        return LINK.sub(changed, text)

    def link(self, goal: str, path: str) -> str:
        """The relative link from the page of `path` to that of `goal`."""
        if goal not in TOP_LEVEL and not (goal.startswith("docs/") and (ROOT / goal).is_file()):
            self.linked.add(goal)
        return os.path.relpath(page_of(goal), Path(page_of(path)).parent)

    def with_images(self, text: str, page: Path) -> str:
        """The text with diagrams as images, which need no script as Mermaid does."""

        def image(match: re.Match[str]) -> str:
            name = f"diagram-{hashlib.sha256(match[1].encode()).hexdigest()[:12]}.svg"
            (page.parent / name).write_text(mmdr.render(match[1]).svg(), "utf-8")
            return f"![Diagram]({name})"

        return DIAGRAM.sub(image, text)


def documents() -> list[str]:
    """The files in docs/, as they are now."""
    return [str(path.relative_to(ROOT)) for path in sorted(DOCS.rglob("*.*")) if path.suffix in PUBLISHED]


def page_of(path: str) -> str:
    """The page of a file, in the folder of the pages."""
    if path in TOP_LEVEL:
        return TOP_LEVEL[path]
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return f"source/{path}/index.md" if (ROOT / path).is_dir() else f"source/{path}.md"


def tracked(folder: str) -> list[str]:
    """The files in a folder that git knows."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


def code(path: str) -> Iterator[str]:
    text = (ROOT / path).read_text("utf-8", errors="replace")
    fence = "````"
    yield f"{fence}{LANGUAGES.get(path.rpartition('.')[2], 'text')}"
    yield text.rstrip("\n")
    yield fence


def navigation() -> Iterator[dict[str, object]]:
    """The sections and links of docs/index.md, in the form of mkdocs."""
    sections: dict[str, list[dict[str, object]]] = {}
    for section, title, target in SECTION.findall((ROOT / INDEX).read_text("utf-8")):
        if section:
            entries = sections.setdefault(section, [])
            continue
        path = os.path.normpath(DOCS.joinpath(target.partition("#")[0]).relative_to(ROOT))
        if path.endswith(".md") and "#" not in target:
            entries.append({title: decisions() if path == "docs/decisions/index.md" else page_of(path)})
    yield {"Copydesk": page_of(INDEX)}
    yield from ({section: entries} for section, entries in sections.items())


def decisions() -> list[str]:
    """The list of decisions and each of them, which keep their own titles."""
    paths = sorted(DOCS.glob("decisions/0*.md"))
    return [page_of(str(path.relative_to(ROOT))) for path in (DOCS / "decisions" / "index.md", *paths)]


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Write the site into `folder`, and build it."""
    Site(folder).write()
    return strictly(folder / "mkdocs.yml")


def strictly(configuration: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a configuration. A warning is an error, except with `--quiet`, which hides it."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(configuration)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def main() -> None:
    folder = ROOT / "build" / "documents"
    built = build(folder)
    if built.returncode:
        sys.exit(built.stderr)
    print(f"the documents are at {folder / 'site' / 'index.html'}")


if __name__ == "__main__":
    main()
