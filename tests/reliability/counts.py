"""Compares the topics and sinks with what Kafka has confirmed: lost, repeated, older, dead without cause.

The places of the raw records decide which revision of an article is the newest, not what the stages say.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field

from streams.dead_letters.ledger import DROPPED
from streams.inspection.reconciliation import Origin
from tests.reliability.observed import Observed, ObservedDeadLetter, ObservedRevision, Written

#: Counts that faults and poison cause, and fields that are not counts.
MAY_BE = frozenset(
    {"confirmed", "finished", "repeated", "dead", "dead_letters_repeated", "greatest_age", "poison", "astray"}
)


@dataclass(kw_only=True)
class Counts:
    """Those in `MAY_BE` may have any value; all others must be 0."""

    confirmed: int = 0
    finished: int = 0
    lost: int = 0
    repeated: int = 0
    """Records of a topic after the first one that repeat an earlier record."""
    repeated_with_other_id: int = 0
    """Of these, those that a reader still sees if it drops records with an equal `ce_id`."""
    repeated_with_other_bytes: int = 0
    ended_older: int = 0
    """Articles whose row in the database is not the newest revision, or should have been deleted."""
    topics_ended_older: int = 0
    """Articles whose last record in a topic is not the newest one there."""
    other_key: int = 0
    """Records under the key of another article."""
    discarded: int = 0
    """Discarded records. There is no reason to discard any of them."""
    two_outcomes: int = 0
    """Records both finished and dead."""
    lost_in_sinks: int = 0
    twice_in_sinks: int = 0
    """Lines of files that are more than the records of the topic."""
    poison: int = 0
    poison_not_dead: int = 0
    """Poison that is not dead exactly once, for its own reason."""
    astray: list[str] = field(default_factory=list)
    """The first of these, in words."""
    dead: dict[str, int] = field(default_factory=dict)
    dead_wrongly: int = 0
    dropped_wrongly: int = 0
    """Dead letters that an operator dropped although their article was not removed after them."""
    dead_letters_repeated: int = 0
    greatest_age: float = 0.0
    """Seconds from when Kafka received the raw record until it received the finished one."""

    def wrong(self, *, reordered: bool = False) -> dict[str, int]:
        """The counts that should be 0 and are not. `reordered`: topics may end on an older revision."""
        may_be = MAY_BE | ({"topics_ended_older"} if reordered else set())
        return {name: value for name, value in asdict(self).items() if name not in may_be and value}


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be there: the confirmed records, and the reason why some must be dead."""

    confirmed: Mapping[Origin, ObservedRevision]
    poison: Mapping[Origin, str] = field(default_factory=dict)
    gone: frozenset[Origin] = frozenset()
    """Records that were deleted before they were read: these need no outcome."""


def judge(observed: Observed, expected: Expected) -> Counts:
    counts = Counts(confirmed=len(expected.confirmed), poison=len(expected.poison))
    published = {**observed.raw, **expected.confirmed}
    for records in observed.written.values():
        _topic(records, published, counts)
    counts.finished = len({record.origin for record in observed.finished})
    counts.greatest_age = max((record.age for record in observed.finished), default=0.0)
    counts.discarded = len(set(observed.discarded))
    counts.repeated += len(observed.discarded) - counts.discarded
    reasons = _open_dead_letters(observed.dead_letters, counts)
    _outcomes(observed, reasons, published.keys() - expected.gone, counts)
    _dead(reasons, expected, counts)
    dropped = _dropped(observed.dead_letters)
    counts.dropped_wrongly = sum(not _removed_after(origin, published) for origin in dropped)
    _sinks(observed, published, counts)
    return counts


def _topic(records: Iterable[Written], published: Mapping[Origin, ObservedRevision], counts: Counts) -> None:
    """A topic that a stage writes: repeats, keys, and the last revision of each article."""
    ids: dict[Origin, set[str]] = defaultdict(set)
    contents: dict[str, set[bytes]] = defaultdict(set)
    last: dict[str, ObservedRevision] = {}
    newest: dict[str, ObservedRevision] = {}
    for record in records:
        counts.repeated += record.origin in ids
        ids[record.origin].add(record.event)
        contents[record.event].add(record.content)
        revision = published[record.origin]
        counts.other_key += record.article != revision.article
        last[record.article] = revision
        before = newest.get(record.article, revision)
        newest[record.article] = max(before, revision, key=lambda candidate: candidate.at)
    counts.repeated_with_other_id += sum(len(of_record) - 1 for of_record in ids.values())
    counts.repeated_with_other_bytes += sum(len(of_event) - 1 for of_event in contents.values())
    counts.topics_ended_older += sum(last[article] != newest[article] for article in newest)


def _open_dead_letters(dead_letters: Iterable[ObservedDeadLetter], counts: Counts) -> dict[Origin, list[str]]:
    """The reasons of each dead record, without repeats, and without dead letters that were replayed."""
    seen: set[tuple[str, str]] = set()
    reasons: dict[Origin, list[str]] = defaultdict(list)
    for dead_letter in dead_letters:
        if dead_letter.closed:
            continue
        identity = (dead_letter.topic, dead_letter.event)
        counts.dead_letters_repeated += identity in seen
        if identity not in seen:
            reasons[dead_letter.origin].append(dead_letter.reason)
        seen.add(identity)
    return reasons


def _dropped(dead_letters: Iterable[ObservedDeadLetter]) -> set[Origin]:
    return {dead_letter.origin for dead_letter in dead_letters if dead_letter.closed == DROPPED}


def _removed_after(origin: Origin, published: Mapping[Origin, ObservedRevision]) -> bool:
    """Whether the article of a record was removed after it."""
    own = published[origin]
    takedowns = (revision for revision in published.values() if revision.is_takedown)
    return any(takedown.article == own.article and takedown.at > own.at for takedown in takedowns)


def _outcomes(
    observed: Observed, reasons: Mapping[Origin, list[str]], published: Iterable[Origin], counts: Counts
) -> None:
    processed = {record.origin for record in observed.finished} | set(observed.discarded)
    with_outcome = processed | reasons.keys() | _dropped(observed.dead_letters)
    counts.lost = len(set(published) - with_outcome)
    counts.two_outcomes = len(processed & reasons.keys())


def _dead(reasons: Mapping[Origin, list[str]], expected: Expected, counts: Counts) -> None:
    by_reason = Counter(reason for of_record in reasons.values() for reason in of_record)
    counts.dead = dict(sorted(by_reason.items()))
    counts.dead_wrongly = sum(origin not in expected.poison for origin in reasons)
    astray = list(_astray(reasons, expected))
    counts.poison_not_dead, counts.astray = len(astray), astray[:5]


def _astray(reasons: Mapping[Origin, list[str]], expected: Expected) -> Iterator[str]:
    for origin, reason in expected.poison.items():
        observed = reasons.get(origin, [])
        if observed != [reason] and origin not in expected.gone:
            yield f"{origin} should be dead with {reason}, but has {observed}"


def _sinks(observed: Observed, published: Mapping[Origin, ObservedRevision], counts: Counts) -> None:
    """Files have each finished record once, the database the newest revision of each article."""
    lines = Counter(record.line for record in observed.finished)
    counts.lost_in_sinks = (lines - observed.lines).total()
    counts.twice_in_sinks = (observed.lines - lines).total()
    if observed.stored is not None:
        places = Counter(record.at for record in observed.finished)
        counts.lost_in_sinks += (places - observed.stored).total()
        counts.twice_in_sinks += (observed.stored - places).total()
    newest: dict[str, Written] = {}
    for record in observed.finished:
        before = newest.get(record.article, record)
        newest[record.article] = max(before, record, key=lambda candidate: published[candidate.origin].at)
    counts.ended_older = len(observed.rows.keys() - newest.keys())
    for article, record in newest.items():
        version, is_takedown = observed.rows.get(article), published[record.origin].is_takedown
        counts.lost_in_sinks += version is None and not is_takedown
        counts.ended_older += version is not None and (is_takedown or version != record.version)
