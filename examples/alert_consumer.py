"""Alerts on articles that mention an entity or a word: each exactly once, after repeats and restarts too.

    python examples/alert_consumer.py --entity "Hampshire County Council" --word ferry
    tail -f alerts.jsonl

An alert reports that an article mentions it (`named`). If a correction no longer does, or the article is
removed, another alert retracts it (`no-longer-named`, `taken-down`). A correction that still mentions it
gives no alert.

The state is in a SQLite file: the next offset of each partition, the newest revision of each article, and the
alerts. They change in one transaction, so they agree after `kill -9` at any moment, and the table `alerts`
has each alert exactly once. So does the file of lines: its length is noted after each line, and the next
start cuts off lines that were not noted. A webhook or an e-mail cannot be cut off: it may be sent twice, with
the same alert number.

Offsets mean nothing in another Kafka, or in a topic that was deleted and recreated. So the state has Kafka's
own ids of cluster and topic. For another topic new files are started beside it, and the old ones stay
unchanged.
"""

import argparse
import contextlib
import json
import os
import re
import sqlite3
import sys
import time
from pathlib import Path

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition

TABLES = """
CREATE TABLE IF NOT EXISTS source (id TEXT);
CREATE TABLE IF NOT EXISTS question (asked TEXT);
CREATE TABLE IF NOT EXISTS offsets (partition INTEGER PRIMARY KEY, next INTEGER);
CREATE TABLE IF NOT EXISTS articles (id TEXT PRIMARY KEY, version TEXT, named INTEGER);
CREATE TABLE IF NOT EXISTS alerts (
    number INTEGER PRIMARY KEY, kind TEXT, article TEXT, version TEXT, retracts INTEGER,
    url TEXT, title TEXT, passage TEXT, told INTEGER  -- told: the length of the file after its line
);
"""
NUMBER = re.compile(r"[0-9]{1,15}")
VERSION = re.compile(r"[0-9]{16}-[0-9]{16}-[0-9]{6}-[0-9]{20}")


def passage(article, entities, words):
    """The first mention of one of them in the article, with 40 characters around it, or None."""
    for entity in article["entities"]:
        forms = {entity["name"], *(mention["text"] for mention in entity["mentions"])}
        if entities & {form.casefold() for form in forms}:
            span = entity["mentions"][0]
            return around(article[span["field"]], span["start"], span["end"])
    for field in ("title", "text"):
        for word in words:
            if match := re.search(rf"\b{re.escape(word)}\b", article[field] or "", re.IGNORECASE):
                return around(article[field], *match.span())
    return None


def around(text, start, end):
    """Spans count code points, and so do Python's strings."""
    return text[max(0, start - 40) : end + 40]


def version_of(record):
    """The version, to compare as text. Never later than when Kafka received the record or its article."""
    headers = {name: (value or b"").decode("ascii", "replace") for name, value in record.headers}
    received = headers.get("copydesk_received", "")
    took = min(record.timestamp, int(received)) if NUMBER.fullmatch(received) else record.timestamp
    latest = f"{took:016d}-{took:016d}-{record.partition:06d}-{record.offset:020d}"
    version = headers.get("copydesk_version", "")
    return min(version, latest) if VERSION.fullmatch(version) else latest


def handle(db, record, entities, words):
    """Compare a record with the known state of its article, and add an alert where that changes."""
    article_id, version = record.key.decode(), version_of(record)
    row = db.execute("SELECT version, named FROM articles WHERE id = ?", [article_id]).fetchone()
    newest, was_named = row or ("", 0)
    if version <= newest:
        return  # a repeat, or an older revision that a replay brought back
    article = json.loads(record.value) if record.value is not None else None
    mention = passage(article, entities, words) if article else None
    db.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?)", [article_id, version, mention is not None])
    if (mention is not None) == bool(was_named):
        return
    kind = "named" if mention is not None else "no-longer-named" if article else "taken-down"
    last = db.execute("SELECT max(number) FROM alerts WHERE article = ?", [article_id]).fetchone()[0]
    retracts = last if was_named else None
    url, title = (article["url"], article["title"]) if article else (None, None)
    row = [kind, article_id, version, retracts, url, title, mention]
    db.execute("INSERT INTO alerts VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, NULL)", row)


def report(db, out):
    """Write all alerts that are not written yet. Here you could call a webhook or send an e-mail."""
    for row in db.execute("SELECT * FROM alerts WHERE told IS NULL ORDER BY number").fetchall():
        line = {name: row[name] for name in row.keys() if name != "told"}  # noqa: SIM118 - a Row is iterated by its values
        out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        os.fsync(out.fileno())
        db.execute("UPDATE alerts SET told = ? WHERE number = ?", [out.tell(), row["number"]])


def source_of(admin, topic):
    """The identity of the topic: not its name, but Kafka's ids of the cluster and of the topic."""
    (description,) = admin.describe_topics([topic])
    return f"{admin.describe_cluster()['cluster_id']}/{description['topic_id']}"


def paths_of(state, output, source):
    """The files for this source: the given ones, or new ones beside them if those are of another source."""
    before = source
    if os.path.exists(state):
        with contextlib.closing(sqlite3.connect(state)) as db:
            db.executescript(TABLES)
            before = (db.execute("SELECT id FROM source").fetchone() or [source])[0]
    if before == source:
        return state, output
    mark = re.sub(r"\W", "", source.split("/")[1])[:12]
    new = [str(path.with_stem(f"{path.stem}-{mark}")) for path in (Path(state), Path(output))]
    print(f"ANOTHER TOPIC: {state} is of {before}, and Kafka has {source} now.", file=sys.stderr)
    print(f"{state} and {output} stay as they are; from here on: {' and '.join(new)}", file=sys.stderr)
    return new


def hold(path):
    """Allow one process at a time. The lock is released when the process ends."""
    lock = sqlite3.connect(f"{path}.lock", isolation_level=None, timeout=0)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise SystemExit(f"{path} is in use by another process: end that one first") from error
    return lock


def open_state(path, asked, source):
    """The state in the file at `path`. It must be for the same question."""
    db = sqlite3.connect(path, isolation_level=None)  # a transaction starts at BEGIN
    db.row_factory = sqlite3.Row
    db.executescript(TABLES)
    # Earlier releases of this file accepted any version: with this, the next revision is newer.
    db.execute(
        "UPDATE articles SET version = '' WHERE version > ?", [f"{int(time.time() * 1000) + 60_000:016d}"]
    )
    db.execute("INSERT INTO source SELECT ? WHERE NOT EXISTS (SELECT * FROM source)", [source])
    db.execute("INSERT INTO question SELECT ? WHERE NOT EXISTS (SELECT * FROM question)", [asked])
    if (before := db.execute("SELECT asked FROM question").fetchone()[0]) != asked:
        raise SystemExit(f"{path} answers {before}: give another --state")
    return db


def open_output(path, db):
    """The file of lines, without lines that were written and not noted."""
    out = open(path, "ab", buffering=0)  # noqa: SIM115 - open as long as the process
    ours = db.execute("SELECT told FROM alerts ORDER BY told IS NOT NULL DESC, number DESC").fetchone()
    if out.tell() and ours is None:
        raise SystemExit(f"{path} holds something else: give another --output")
    out.truncate(min(out.tell(), (ours and ours[0]) or 0))
    return out


def assign(consumer, db, topic):
    """Take all partitions, each from where the last run stopped."""
    known = dict(db.execute("SELECT partition, next FROM offsets").fetchall())
    partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
    if not partitions:
        raise SystemExit(f"there is no topic {topic}")
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    for partition in partitions:
        if partition.partition in known:
            consumer.seek(partition, known[partition.partition])


def follow(consumer, db, out, entities, words, same_source):
    """Read forever. The changes of a batch and its offsets are one transaction."""
    while True:
        report(db, out)
        batch = consumer.poll(timeout_ms=1000, max_records=100)
        if batch and not same_source():
            raise SystemExit("the topic is another one now: start again, and new files are started")
        for partition, records in batch.items():
            with db:  # commits, or rolls back
                db.execute("BEGIN IMMEDIATE")
                for record in records:
                    handle(db, record, entities, words)
                place = [partition.partition, records[-1].offset + 1]
                db.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?)", place)


def main():
    os.umask(0o077)  # only the user may read its files
    parser = argparse.ArgumentParser(
        description="Report which articles mention an entity or a word, each once."
    )
    parser.add_argument("--entity", action="append", default=[], help="as articles name it; repeatable")
    parser.add_argument("--word", action="append", default=[], help="in title or text; repeatable")
    parser.add_argument("--bootstrap-servers", default="127.0.0.1:9092")
    parser.add_argument("--topic", default="news.summaries")
    parser.add_argument("--output", default="alerts.jsonl", help="a JSON line for each alert")
    parser.add_argument("--state", default="alerts.db", help="a SQLite file, of one process at a time")
    options = parser.parse_args()
    if not options.entity and not options.word:
        parser.error("give an --entity or a --word")
    servers = options.bootstrap_servers.split(",")
    admin = KafkaAdminClient(bootstrap_servers=servers)
    source = source_of(admin, options.topic)
    state, output = paths_of(options.state, options.output, source)
    lock = hold(state)
    db = open_state(state, json.dumps([options.topic, sorted(options.entity), sorted(options.word)]), source)
    consumer = KafkaConsumer(
        bootstrap_servers=servers,
        enable_auto_commit=False,  # the offsets are in the state, with the alerts
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    assign(consumer, db, options.topic)
    out = open_output(output, db)
    names = {name.casefold() for name in options.entity}
    follow(consumer, db, out, names, options.word, lambda: source_of(admin, options.topic) == source)
    lock.close()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
