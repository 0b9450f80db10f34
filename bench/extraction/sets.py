"""The sets of pages with gold in ../shared/data."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agents.clean.page.text import line

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
#: Set → how many words are compared at once, as in the benchmark that the set is from.
SHINGLES = {"aeb": 4, "fundus": 1, "wcxb": 1}
HALVES = ("even", "odd")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A page and what people say is on it. None and empty: they do not say."""

    id: str
    half: str
    url: str
    page: bytes
    fetched_at: str | None
    body: str
    title: str | None
    authors: list[str]
    published_at: str | None


def gold(name: str) -> Iterator[Gold]:
    """The pages of a set, every other one in the even half, which is for tuning."""
    rows = (DATA / "pages" / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
    for number, row in enumerate(map(json.loads, rows)):
        authors = row.get("authors") or []
        yield Gold(
            id=row["id"],
            half=HALVES[number % 2],
            url=row["url"],
            page=gzip.decompress((DATA / row["file"]).read_bytes()),
            fetched_at=row.get("fetched_at"),
            body=row["body"],
            title=line(row.get("title")),
            authors=[authors] if isinstance(authors, str) else authors,
            published_at=row.get("published_at"),
        )
