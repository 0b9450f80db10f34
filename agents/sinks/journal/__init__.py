"""The records that a sink has written of its partitions, in files: durable, without repeats, and fenced.

owner    the right to write to a folder; a successor takes it away from a process that may only be stopped
lines    a file of records and its index: only lines in the index count
held     which offsets the files have
journal  the files of all partitions of a process: a batch is written to all of them or to none

docs/decisions/0008 says what can happen when, and why no record is lost or written twice.
"""

from agents.sinks.journal.held import Held, Span
from agents.sinks.journal.journal import Journal, by_partition
from agents.sinks.journal.lines import discard, index_of, lines_of, span_of
from agents.sinks.journal.owner import Owner, same_file

__all__ = [
    "Held",
    "Journal",
    "Owner",
    "Span",
    "by_partition",
    "discard",
    "index_of",
    "lines_of",
    "same_file",
    "span_of",
]
