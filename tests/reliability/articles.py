"""What a run publishes, from a seed: numbered short articles, corrections, takedowns, articles that return.

A correction or takedown has the URL, and so the partition, of an article shortly before it: they race.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from streams.core.message import Headers

WORDS = ("harbour", "council", "ferry", "quay", "bridge", "budget", "school", "clinic", "tram", "festival")
THINGS = (
    "library",
    "valley",
    "river",
    "meeting",
    "contract",
    "promise",
    "station",
    "market",
    "orchard",
    "tunnel",
)
VERBS = (
    "approved",
    "delayed",
    "praised",
    "questioned",
    "repaired",
    "rejected",
    "opened",
    "closed",
    "measured",
)
PLACES = ("Gosport", "Bremerhaven", "Alicante", "Tromsø", "Valparaíso", "Turku", "Sligo", "Trieste")
#: Takedowns among 100 records.
TAKEDOWNS = 4
#: A correction is at most this many records after its article.
NEARBY = 150
HEADERS = (("content-type", b"application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """One record for the first topic. `poison` is the reason for which it must be dead, or empty."""

    n: int
    url: str
    value: bytes | None
    poison: str = ""
    headers: Headers = ()
    """Further headers."""

    @property
    def key(self) -> bytes:
        return self.url.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How the records of a run differ from plain ones. Each number n means one in n; 0: none.

    `actions`: what an article makes the work of entities do (`pipeline`), after the share `late`.
    `invalid`: records that are not articles. `bombs`: pages of 17 MB that are small only when compressed.
    `large`: articles of 300 kB, each followed by a small correction or takedown. `every`: the action of all.
    `fixed`: the cause is fixed in the end, so no record is poison; articles with actions are corrected too.
    `corrections`: corrections among 100 records; their article may already be removed.
    `forged`: records with false headers about their origin, of each kind in turn.
    """

    actions: Mapping[str, int] = field(default_factory=dict)
    late: float = 0.0
    invalid: int = 0
    bombs: int = 0
    large: int = 0
    every: str = ""
    fixed: bool = False
    corrections: int = 14
    forged: int = 0


#: Action of an article → the reason for which it is then dead.
REASONS = {"fail": "failed", "hang": "timed-out", "die": "killed-worker", "grow": "too-large"}


#: A version later than any takedown; the place of another record; a time in the future; an impossible place;
#: and headers of a dead letter, twice.
FORGED: tuple[Headers, ...] = (
    (("copydesk_version", b"9999999999999999-9999999999999999-000000-00000000000000000000"),),
    (("copydesk_raw", b"news.raw/0/0"), ("copydesk_received", b"1")),
    (("copydesk_received", b"999999999999999"),),
    (("copydesk_raw", b"news.raw/999999999/9999999999999999999"), ("copydesk_received", b"\xff")),
    (("__connect.errors.topic", b"news.raw"), ("__connect.errors.partition", b"0")),
    (("copydesk_reason", b"failed"), ("copydesk_by_reference", b"7"), ("ce_id", b"\0" * 10_000)),
)


def articles(count: int, seed: int, mix: Mix | None = None) -> Iterator[RawRecord]:
    """`count` records, the same for the same seed."""
    mix = mix or Mix()
    for record in _articles(count, seed, mix):
        kind = record.n // max(1, mix.forged) % len(FORGED)
        yield replace(record, headers=FORGED[kind]) if _is_one_in(record.n, mix.forged) else record


def _articles(count: int, seed: int, mix: Mix) -> Iterator[RawRecord]:
    random = Random(seed)
    recent: list[int] = []
    large_before: int | None = None
    for n in range(count):
        kind = random.randrange(100)
        action = _action(n, count, mix)
        if large_before is not None:
            yield _again(n, large_before, takedown=kind < 50, random=random)
            large_before = None
        elif _is_one_in(n, mix.invalid):
            yield RawRecord(n=n, url=_url(n), value=b'{"url": "cut off', poison="invalid")
        elif _is_one_in(n, mix.bombs):
            yield RawRecord(n=n, url=_url(n), value=_bomb(n), poison="too-large")
        elif not action and recent and kind < TAKEDOWNS + mix.corrections:
            near = recent[-random.randrange(1, min(len(recent), NEARBY) + 1)]
            yield _again(n, near, takedown=kind < TAKEDOWNS, random=random)
        else:
            recent += [] if REASONS.get(action) and not mix.fixed else [n]
            large_before = n if _is_one_in(n, mix.large) else None
            poison = "" if mix.fixed else REASONS.get(action, "")
            value = _page(n, n, random, action=action, large=large_before is not None)
            yield RawRecord(n=n, url=_url(n), value=value, poison=poison)


def _is_one_in(n: int, many: int) -> bool:
    return many > 0 and n % many == many - 1


def _action(n: int, count: int, mix: Mix) -> str:
    if mix.every:
        return mix.every
    actions = (action for action, many in mix.actions.items() if _is_one_in(n, many))
    return next(actions, "") if n >= mix.late * count else ""


def _again(n: int, of: int, *, takedown: bool, random: Random) -> RawRecord:
    """A takedown, a correction, or, after a takedown, an article that returns."""
    return RawRecord(n=n, url=_url(of), value=None if takedown else _page(n, of, random))


def _url(n: int) -> str:
    return f"https://courier.example/story-{n}"


def _bomb(n: int) -> bytes:
    return json.dumps({"url": _url(n), "html": f"<p>{n}</p>" + "<p>again and again</p>" * 800_000}).encode()


def _page(n: int, of: int, random: Random, *, action: str = "", large: bool = False) -> bytes:
    """`RawArticle` as JSON, with a page in it. Its `meta` says what the work should do."""
    title = f"{random.choice(PLACES)} {random.choice(WORDS)} story {of}, edition {n}"
    body = "".join(f"<p>{' '.join(_sentence(random) for _ in range(4))}</p>" for _ in range(4))
    noise = "".join(f"<p>{random.randbytes(1200).hex()}.</p>" for _ in range(120 if large else 0))
    html = (
        f"<html lang='en'><head><title>{title}</title>"
        "<meta property='article:published_time' content='2026-11-20T08:00:00+01:00'></head>"
        f"<body><article><h1>{title}</h1>{body}{noise}</article></body></html>"
    )
    return json.dumps({"url": _url(of), "html": html, "meta": {"n": n, "do": action}}).encode()


def _sentence(random: Random) -> str:
    return (
        f"The {random.choice(WORDS)} of {random.choice(PLACES)} {random.choice(VERBS)} the"
        f" {random.choice(THINGS)} after the {random.choice(WORDS)} was {random.choice(VERBS)}."
    )
