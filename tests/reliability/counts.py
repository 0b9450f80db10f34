"""Compares what there is with what Kafka had confirmed: what is lost, repeated, older, or dead without cause.

Which revision of an article is the newest is told by where the raw records lie, not by what the stages say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from streams.dead_letters.ledger import DROPPED
from streams.inspection.reconciliation import Origin
from tests.reliability.observed import Observed, ObservedDeadLetter, ObservedRevision, Written

#: What faults and poison bring about, and what is no number.
MAY_BE = frozenset(
    {"confirmed", "finished", "repeated", "dead", "dead_letters_repeated", "greatest_age", "poison", "astray"}
)


@dataclass(kw_only=True)
class Counts:
    """What was found. Those in `MAY_BE` may be anything; all others are to be 0."""

    confirmed: int = 0
    finished: int = 0
    lost: int = 0
    repeated: int = 0
    """Records of a topic behind the first that repeat one before them."""
    repeated_with_other_id: int = 0
    """Of these, those that a reader who drops equal `ce_id` would still see."""
    repeated_with_other_bytes: int = 0
    ended_older: int = 0
    """Articles whose row in the database is not the newest revision, or is there though removed."""
    topics_ended_older: int = 0
    """Articles whose last record in a topic is not the newest one there."""
    other_key: int = 0
    """Records under the key of another article."""
    discarded: int = 0
    """Records discarded, of which none has a cause to be."""
    two_outcomes: int = 0
    """Records both finished and dead."""
    lost_in_sinks: int = 0
    twice_in_sinks: int = 0
    """Lines of files beyond the records of the topic."""
    poison: int = 0
    poison_not_dead: int = 0
    """Poison that is not dead once, for its own reason."""
    astray: list[str] = field(default_factory=list)
    """The first of these, in words."""
    dead: dict[str, int] = field(default_factory=dict)
    dead_wrongly: int = 0
    dropped_wrongly: int = 0
    """Dead letters that an operator dropped though their article was not removed behind them."""
    dead_letters_repeated: int = 0
    greatest_age: float = 0.0
    """Seconds from Kafka's taking the raw record to its taking the finished one."""

    def wrong(self, *, reordered: bool = False) -> dict[str, int]:
        """The counts that are not 0 and should be. `reordered`: topics may end on an older revision."""
        may_be = MAY_BE | ({"topics_ended_older"} if reordered else set())
        return {name: value for name, value in asdict(self).items() if name not in may_be and value}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be there: the confirmed records, and why some must be dead."""

    confirmed: Mapping[Origin, ObservedRevision]
    poison: Mapping[Origin, str] = field(default_factory=dict)
    gone: frozenset[Origin] = frozenset()
    """Deleted before they were read: these need no end."""


def judge(found: Observed, expected: Expected) -> Counts:
    counts = Counts(confirmed=len(expected.confirmed), poison=len(expected.poison))
    published = {**found.raw, **expected.confirmed}
    for records in found.written.values():
        _topic(records, published, counts)
    counts.finished = len({one.origin for one in found.finished})
    counts.greatest_age = max((one.age for one in found.finished), default=0.0)
    counts.discarded = len(set(found.discarded))
    counts.repeated += len(found.discarded) - counts.discarded
    opened = _open_dead_letters(found.dead_letters, counts)
    _outcomes(found, opened, published.keys() - expected.gone, counts)
    _dead(opened, expected, counts)
    counts.dropped_wrongly = sum(not _down_after(one, published) for one in _dropped(found.dead_letters))
    _sinks(found, published, counts)
    return counts


def _topic(records: Iterable[Written], published: Mapping[Origin, ObservedRevision], counts: Counts) -> None:
    """A topic that a stage writes: repeats, keys, and the revision that each article ends on."""
    ids: dict[Origin, set[str]] = defaultdict(set)
    contents: dict[str, set[bytes]] = defaultdict(set)
    ending: dict[str, ObservedRevision] = {}
    newest: dict[str, ObservedRevision] = {}
    for one in records:
        counts.repeated += one.origin in ids
        ids[one.origin].add(one.event)
        contents[one.event].add(one.content)
        revision = published[one.origin]
        counts.other_key += one.article != revision.article
        ending[one.article] = revision
        newest[one.article] = max(newest.get(one.article, revision), revision, key=lambda some: some.at)
    counts.repeated_with_other_id += sum(len(some) - 1 for some in ids.values())
    counts.repeated_with_other_bytes += sum(len(some) - 1 for some in contents.values())
    counts.topics_ended_older += sum(ending[key] != newest[key] for key in newest)


def _open_dead_letters(dead_letters: Iterable[ObservedDeadLetter], counts: Counts) -> dict[Origin, list[str]]:
    """Why each record is dead, without repeats. Of a dead letter that was replayed, the replay has the
    outcome."""
    seen: set[tuple[str, str]] = set()
    found: dict[Origin, list[str]] = defaultdict(list)
    for one in dead_letters:
        if one.closed:
            continue
        counts.dead_letters_repeated += (one.topic, one.event) in seen
        if (one.topic, one.event) not in seen:
            found[one.origin].append(one.reason)
        seen.add((one.topic, one.event))
    return found


def _dropped(dead_letters: Iterable[ObservedDeadLetter]) -> set[Origin]:
    return {one.origin for one in dead_letters if one.closed == DROPPED}


def _down_after(origin: Origin, published: Mapping[Origin, ObservedRevision]) -> bool:
    """Whether its article was removed behind it."""
    own = published[origin]
    return any(
        one.taken_down and one.article == own.article and one.at > own.at for one in published.values()
    )


def _outcomes(
    found: Observed, opened: Mapping[Origin, list[str]], published: Iterable[Origin], counts: Counts
) -> None:
    well = {one.origin for one in found.finished} | set(found.discarded)
    ended = well | opened.keys() | _dropped(found.dead_letters)
    counts.lost = len(set(published) - ended)
    counts.two_outcomes = len(well & opened.keys())


def _dead(opened: Mapping[Origin, list[str]], expected: Expected, counts: Counts) -> None:
    counts.dead = dict(sorted(Counter(one for some in opened.values() for one in some).items()))
    counts.dead_wrongly = sum(origin not in expected.poison for origin in opened)
    astray = list(_astray(opened, expected))
    counts.poison_not_dead, counts.astray = len(astray), astray[:5]


def _astray(opened: Mapping[Origin, list[str]], expected: Expected) -> Iterator[str]:
    for origin, reason in expected.poison.items():
        found = opened.get(origin, [])
        if found != [reason] and origin not in expected.gone:
            yield f"{origin} is to be {reason} and is {found}"


def _sinks(found: Observed, published: Mapping[Origin, ObservedRevision], counts: Counts) -> None:
    """Files hold each finished record once, the database the newest revision of what is not removed."""
    lines = Counter(one.line for one in found.finished)
    counts.lost_in_sinks = (lines - found.lines).total()
    counts.twice_in_sinks = (found.lines - lines).total()
    if found.stored is not None:
        places = Counter(one.at for one in found.finished)
        counts.lost_in_sinks += (places - found.stored).total()
        counts.twice_in_sinks += (found.stored - places).total()
    newest: dict[str, Written] = {}
    for one in found.finished:
        before = newest.get(one.article, one)
        newest[one.article] = max(before, one, key=lambda some: published[some.origin].at)
    counts.ended_older = len(found.rows.keys() - newest.keys())
    for key, one in newest.items():
        row, taken_down = found.rows.get(key), published[one.origin].taken_down
        counts.lost_in_sinks += row is None and not taken_down
        counts.ended_older += row is not None and (taken_down or row != one.version)
