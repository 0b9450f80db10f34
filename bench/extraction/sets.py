"""The sets of pages with gold in ../shared/data."""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.clean.page.text import line

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
#: How text is compared → how many words at once.
MEASURES = {"words": 1, "shingles": 4}
#: Set → the measure of the benchmark that it is from.
SETS = {"aeb": "shingles", "fundus": "words", "wcxb": "words"}
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


def size(name: str, halves: Sequence[str]) -> int:
    """How many pages a set has in these halves."""
    return sum(HALVES[number % 2] in halves for number in range(len(_rows(name))))


def gold(name: str, halves: Sequence[str]) -> Iterator[Gold]:
    """The pages of a set, every other one in the even half, which is for tuning."""
    for number, text in enumerate(_rows(name)):
        if HALVES[number % 2] not in halves:
            continue
        row = json.loads(text)
        authors = row.get("authors") or []
        yield Gold(
            id=row["id"],
            half=HALVES[number % 2],
            url=row["url"] or f"https://{row['id']}.example/",  # one page of `wcxb` has none
            page=gzip.decompress((DATA / row["file"]).read_bytes()),
            fetched_at=row.get("fetched_at"),
            body=row["body"],
            title=line(row.get("title")),
            authors=[authors] if isinstance(authors, str) else authors,
            published_at=row.get("published_at"),
        )


def _rows(name: str) -> list[str]:
    return (DATA / "pages" / f"{name}.jsonl").read_text("utf-8").strip().split("\n")
