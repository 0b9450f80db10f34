"""Every topic of the pipeline in flow order: name, key, record, policy. This is the topology.

raw ──clean──▶ clean ──entities──▶ entities ──summaries──▶ summaries ──▶ sinks
 each stage also writes ──▶ discarded (of no interest) and dead.<stage> (could not be processed)
"""

from agents.raw import PAGES, forget_url, read_raw
from agents.records import Article, CleanArticle, Discarded, RawArticle, TaggedArticle
from streams.core.cloudevents import MEDIA as STRUCTURED
from streams.core.topic import DAY, MIB, Key, Policy, Topic

RAW = Topic(
    name="raw",
    key=Key("the page's URL"),
    record=RawArticle,
    policy=Policy(retention_ms=7 * DAY, max_message_bytes=8 * MIB),
    read=read_raw,
    forget=forget_url,
    other_forms=(*sorted(PAGES), STRUCTURED),
    grows=True,
)
CLEAN = Topic(name="clean", key=Key.of("id"), record=CleanArticle, policy=Policy(retention_ms=7 * DAY))
ENTITIES = Topic(name="entities", key=Key.of("id"), record=TaggedArticle, policy=Policy(retention_ms=7 * DAY))
SUMMARIES = Topic(
    name="summaries",
    key=Key.of("id"),
    record=Article,
    policy=Policy(
        cleanup_policy="compact,delete",
        retention_ms=90 * DAY,
        segment_ms=DAY,
        min_compaction_lag_ms=DAY,
        max_compaction_lag_ms=7 * DAY,
        # A sink that was stopped for less than this still reads every takedown.
        delete_retention_ms=30 * DAY,
    ),
)
DISCARDED = Topic(
    name="discarded",
    key=Key.original(),
    record=Discarded,
    policy=Policy(retention_ms=30 * DAY, max_message_bytes=MIB),
)

TOPICS = (RAW, CLEAN, ENTITIES, SUMMARIES, DISCARDED)
