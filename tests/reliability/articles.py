"""What a run publishes: numbered short articles, corrections, takedowns and comebacks, made from a seed.

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
#: Of 100 records, so many take an article down.
TAKEDOWNS = 4
#: A correction comes at most so many records after its article.
NEARBY = 150
HEADERS = (("content-type", b"application/json"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One record for the first topic. `poison`: the reason it is to be dead for, or empty."""

    n: int
    url: str
    value: bytes | None
    poison: str = ""
    headers: Headers = ()
    """What it says beside the usual."""

    @property
    def key(self) -> bytes:
        return self.url.encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """How a run's records differ from the plain ones. Each number: one in so many; 0: none.

    `actions`: what an article tells the work of entities to do (`pipeline`), behind the share `late`.
    `invalid`: records that are no article. `bombs`: pages of 17 MB that are small only compressed.
    `large`: articles of 300 kB with a small correction or takedown right behind. `every`: what all tell it.
    `fixed`: in the end it is; so none is poison, and those that were told are corrected too.
    `corrections`: of 100 records, those that correct one that may be removed already.
    `forged`: records with false headers about where they come from, of each kind in its turn.
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


#: What becomes of an article that tells the work to do this.
REASONS = {"fail": "failed", "hang": "timed-out", "die": "killed-worker", "grow": "too-large"}


#: Of later than any takedown, of before all, of the place of another, of none that can be; and a dead
#: letter's.
FORGED: tuple[Headers, ...] = (
    (("copydesk_version", b"9999999999999999-9999999999999999-000000-00000000000000000000"),),
    (("copydesk_raw", b"news.raw/0/0"), ("copydesk_received", b"1")),
    (("copydesk_received", b"999999999999999"),),
    (("copydesk_raw", b"news.raw/999999999/9999999999999999999"), ("copydesk_received", b"\xff")),
    (("__connect.errors.topic", b"news.raw"), ("__connect.errors.partition", b"0")),
    (("copydesk_reason", b"failed"), ("copydesk_by_reference", b"7"), ("ce_id", b"\0" * 10_000)),
)


def articles(count: int, seed: int, mix: Mix | None = None) -> Iterator[Made]:
    """`count` records, the same for the same seed."""
    mix = mix or Mix()
    for made in _articles(count, seed, mix):
        kind = made.n // max(1, mix.forged) % len(FORGED)
        yield replace(made, headers=FORGED[kind]) if _is_one_in(made.n, mix.forged) else made


def _articles(count: int, seed: int, mix: Mix) -> Iterator[Made]:
    random = Random(seed)
    recent: list[int] = []
    large_before: int | None = None
    for n in range(count):
        kind = random.randrange(100)
        action = _action(n, count, mix)
        if large_before is not None:
            yield _again(n, large_before, taken_down=kind < 50, random=random)
            large_before = None
        elif _is_one_in(n, mix.invalid):
            yield Made(n=n, url=_url(n), value=b'{"url": "cut off', poison="invalid")
        elif _is_one_in(n, mix.bombs):
            yield Made(n=n, url=_url(n), value=_bomb(n), poison="too-large")
        elif not action and recent and kind < TAKEDOWNS + mix.corrections:
            near = recent[-random.randrange(1, min(len(recent), NEARBY) + 1)]
            yield _again(n, near, taken_down=kind < TAKEDOWNS, random=random)
        else:
            recent += [] if REASONS.get(action) and not mix.fixed else [n]
            large_before = n if _is_one_in(n, mix.large) else None
            poison = "" if mix.fixed else REASONS.get(action, "")
            value = _page(n, n, random, action=action, large=large_before is not None)
            yield Made(n=n, url=_url(n), value=value, poison=poison)


def _is_one_in(n: int, many: int) -> bool:
    return many > 0 and n % many == many - 1


def _action(n: int, count: int, mix: Mix) -> str:
    if mix.every:
        return mix.every
    report = (action for action, many in mix.actions.items() if _is_one_in(n, many))
    return next(report, "") if n >= mix.late * count else ""


def _again(n: int, of: int, *, taken_down: bool, random: Random) -> Made:
    """A takedown, a correction, or, behind a takedown, an article that is back."""
    return Made(n=n, url=_url(of), value=None if taken_down else _page(n, of, random))


def _url(n: int) -> str:
    return f"https://courier.example/story-{n}"


def _bomb(n: int) -> bytes:
    return json.dumps({"url": _url(n), "html": f"<p>{n}</p>" + "<p>again and again</p>" * 800_000}).encode()


def _page(n: int, of: int, random: Random, *, action: str = "", large: bool = False) -> bytes:
    """`RawArticle` as JSON, a page in it. What it tells the work to do stands in its `meta`."""
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
