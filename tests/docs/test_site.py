"""The documents as a site: every page is reached, no link is broken, and nothing comes from elsewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from lxml import html

from tests.support.documents import generated, site
from tests.support.places import DOCS, ROOT

#: Most of it is the time that a busy machine takes to import the builder.
pytestmark = pytest.mark.timeout(600)
#: Attributes by which a browser loads something with a page.
LOADED = "//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='icon' or @rel='preconnect']/@href"
NAMED_DOCUMENT = re.compile(r"\bdocs/[\w/-]+\.(?:md|json)(?:#[\w-]+)?")


@dataclass
class Page:
    path: Path

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.fromstring(self.path.read_bytes())

    @cached_property
    def anchors(self) -> set[str]:
        return {*self.tree.xpath("//@id"), ""}

    def links(self) -> Iterator[tuple[Path, str]]:
        """The file and the anchor of each link to this site."""
        for link in self.tree.xpath("//a/@href | //img/@src | //link/@href | //script/@src"):
            parts = urlsplit(link)
            if not parts.scheme:
                target = (self.path.parent / unquote(parts.path)).resolve() if parts.path else self.path
                yield target / "index.html" if target.is_dir() else target, unquote(parts.fragment)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    folder = tmp_path_factory.mktemp("documents")
    built = site.build(folder)
    assert (built.returncode, re.findall("^(?:WARNING|ERROR).*", built.stderr, re.MULTILINE)) == (0, [])
    paths = sorted((folder / "site").resolve().rglob("*.html"))
    return {path: Page(path) for path in paths if path.name != "404.html"}


def test_every_page_is_reached_from_the_index(pages: dict[Path, Page]) -> None:
    first = min(pages, key=lambda path: len(path.parts))
    reached, waiting = {first}, [first]
    while waiting:
        targets = {target for target, _ in pages[waiting.pop()].links() if target in pages}
        waiting += targets - reached
        reached |= targets
    assert pages.keys() - reached == set()
    assert len(reached) > 60


def test_every_link_leads_to_a_file_of_the_site_and_to_an_anchor_of_it(pages: dict[Path, Page]) -> None:
    broken = [
        f"{page.path}: {target}#{anchor}"
        for page in pages.values()
        for target, anchor in page.links()
        if not target.is_file() or (target in pages and anchor not in pages[target].anchors)
    ]
    assert broken == []


def test_every_page_has_one_title_that_no_other_page_has(pages: dict[Path, Page]) -> None:
    titles = {
        path: [title.text_content() for title in page.tree.xpath("//h1")] for path, page in pages.items()
    }
    assert {path: title for path, title in titles.items() if len(title) != 1 or not title[0].strip()} == {}
    assert len({title for [title] in titles.values()}) == len(titles)


def test_a_page_loads_nothing_from_another_host(pages: dict[Path, Page]) -> None:
    loaded = {address for page in pages.values() for address in page.tree.xpath(LOADED)}
    assert {address for address in loaded if urlsplit(address).netloc} == set()
    diagrams = [address for address in loaded if "diagram-" in address]
    assert len(diagrams) == sum(
        path.read_text().count("```mermaid") for path in (ROOT / "ARCHITECTURE.md", DOCS / "guides/sql.md")
    )


def test_the_pages_that_the_code_writes_are_current() -> None:
    current = {path: path.read_text("utf-8") for path in generated.pages()}
    assert current == generated.pages(), "run: make documents"


def test_every_document_is_listed_in_the_index() -> None:
    listed = {target for _, _, target in site.SECTION.findall((DOCS / "index.md").read_text("utf-8"))}
    documents = {
        str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md") if path.parent.name != "decisions"
    }
    documents |= {f"../{name}" for name in site.TOP_LEVEL} | {"decisions/index.md"}
    assert documents - listed == {"index.md"}


def test_every_document_that_code_or_configuration_names_exists() -> None:
    suffixes = {".py", ".toml", ".yml", ".mjs"}
    files = [ROOT / path for path in site.tracked(".") if Path(path).suffix in suffixes]
    named = {
        name
        for path in files
        if "tests" not in path.parts
        for name in NAMED_DOCUMENT.findall(path.read_text("utf-8"))
    }
    missing = {name for name in named if not (ROOT / name.partition("#")[0]).is_file()}
    assert missing == set()
    assert "docs/operations/runbook.md#lag" in named


def test_a_broken_link_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text("# A page\n\n[a](b.md) [a](#b) ![a](b.svg)\n")
    configuration = (DOCS / "mkdocs.yml").read_text("utf-8")
    places = yaml.safe_dump({"docs_dir": "pages", "theme": "mkdocs"})
    (tmp_path / "mkdocs.yml").write_text(f"{configuration}\n{places}")
    built = site.strictly(tmp_path / "mkdocs.yml")
    assert (built.returncode, built.stderr.count("WARNING -")) == (1, 3)
