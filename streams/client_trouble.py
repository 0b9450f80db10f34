"""What Kafka's clients log while Kafka does not answer: kept as a reason, and not written.

One broker that stops made four processes write 130 lines in 10 s (aiokafka 0.14.0). Whether Kafka answers is
logged by the worker itself, once, with the last of these lines.
"""

import logging
import os
import re

#: Lines about a connection or its coordinator, after which aiokafka retries.
CONNECTION = re.compile(
    r"Unable connect to |Unable to (?:request|update) metadata from |Failed fetch messages from "
    r"|Error sending .* -- marking coordinator dead|Marking the coordinator dead "
    r"|Heartbeat send request failed: |Heartbeat failed for group .* is either not started or not valid"
    r"|Heartbeat session expired |Group Coordinator Request failed: |FindCoordinator Request failed: "
    r"|LeaveGroup request failed: |Cannot send .* to |Could not send |Got error produce response"
)
#: kafka-python (3.0.12) takes a busy machine, on which nothing is wrong, for a fault of its own.
SLOW = re.compile(r"Task .* ran for [\d.]++s \(>", re.DOTALL)
#: Of these lines, the ones that say why.
REASON = re.compile(r"Unable connect to .*?: (.+)|Unable to request metadata from .*?: (.+)", re.DOTALL)
#: What is not written of each library.
LINES = {"aiokafka": CONNECTION, "kafka": SLOW}
#: asyncio's words for a connection that fails.
CONNECT = re.compile(r"\[Errno (\d++)\] Connect call failed \('([^']++)', (\d++)[^)]*+\)")


class ClientTrouble(logging.Filter):
    """Lets such lines pass at the level `debug` only. `last` is the reason of the last one."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def filter(self, record: logging.LogRecord) -> bool:
        library = record.name.partition(".")[0]
        if library not in LINES or not isinstance(record.msg, str):
            return True
        line = record.getMessage()
        if not LINES[library].match(line):
            return True
        if reason := REASON.match(line):
            self.last = _words(reason[1] or reason[2])
        return logging.getLogger().isEnabledFor(logging.DEBUG)


def _words(reason: str) -> str:
    """`Connection refused (127.0.0.1:9092)` for what asyncio says of it, else the reason as it is."""
    match = CONNECT.fullmatch(reason)
    return f"{os.strerror(int(match[1]))} ({match[2]}:{match[3]})" if match else reason


client_trouble = ClientTrouble()
