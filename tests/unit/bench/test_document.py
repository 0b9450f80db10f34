"""The document of the bench can be written again, and its picture and its lock fit the repository."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from bench.extraction.document import PAGE, with_tables
from tests.support.places import ROOT

LOCKED = re.compile(r"^([\w.-]+)(?:\[.*?\])?==([\w.+]+)", re.MULTILINE)


def test_tables_are_replaced_and_the_text_around_them_stays() -> None:
    before = PAGE.read_text("utf-8").partition("<!-- written by `make bench-clean` -->")[0]
    once = with_tables(PAGE.read_text("utf-8"), r"| a\1 |")
    assert once.startswith(before)
    assert "-->\n\n| a\\1 |\n\n<!-- to here -->" in once
    assert with_tables(once, "| b |") == with_tables(PAGE.read_text("utf-8"), "| b |")


def test_a_document_without_a_place_for_the_tables_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"extraction\.md has no place"):
        with_tables("# Extraction\n", "| a |")


def test_the_picture_is_small_and_asks_no_other_host_and_has_no_date() -> None:
    picture = PAGE.with_suffix(".svg").read_text("utf-8")
    assert len(picture) < 150_000
    assert re.findall(r"(?:href|src)=\"(?!#)[^\"]+|url\((?!#)|dc:date|font-face", picture) == []
    assert [
        name for name in ("aeb", "fundus", "wcxb", "copydesk", "newspaper4k") if name not in picture
    ] == []


def test_the_lock_of_the_bench_has_every_package_that_copydesk_and_the_bench_need() -> None:
    """It is installed without dependencies, so what it lacks is missing there. `make lock` adds it."""
    locked = dict(LOCKED.findall((ROOT / "requirements-bench.lock").read_text()))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["bench"]]
    needed = {need.name: need.specifier for need in map(Requirement, lines)}
    assert [name for name, fit in needed.items() if name not in locked or locked[name] not in fit] == []
