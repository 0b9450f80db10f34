"""What a sink has written of its partitions, in files: vouched for, each record once, and fenced.

owner    the right to write into a folder, which a successor takes away from one who may only be stopped
lines    one file and the index beside it, which vouches for what stands there
held     which offsets stand there
journal  the files of all partitions of one process: a batch goes into all of them or into none

What may happen at which moment, and why nothing is lost or stands twice: docs/decisions/0008.
"""

from agents.sinks.journal.held import Held, Span
from agents.sinks.journal.journal import Journal
from agents.sinks.journal.lines import discard, index_of, lines_of, span_of
from agents.sinks.journal.owner import Owner, same_file

__all__ = [
    "Held",
    "Journal",
    "Owner",
    "Span",
    "discard",
    "index_of",
    "lines_of",
    "same_file",
    "span_of",
]
