"""One event per line: for people on a terminal, JSON elsewhere. Standard output is for results only."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from streams import log_limit
from streams.client_trouble import client_trouble
from streams.core.message import Message
from streams.output_guard import can_redraw, unguarded
from streams.printable import one_line, visible
from streams.settings import Settings

#: Faust logs the starts and stops of a service under the module of its class, ours too.
NOISY = (
    *("aiokafka", "kafka", "faust", "mode", "alembic"),
    *("streams.runtime.faust_app", "streams.runtime.faust_consumer"),
)
KEY_LENGTH = 300
#: For people: without fractions, and most events in a line of 100 columns.
SECONDS, EVENT_COLUMNS = "%Y-%m-%dT%H:%M:%SZ", 10
#: A scraper's key may be the URL that it fetched, with a password in it.
PASSWORD = re.compile(r"(://[^:/@\s]*:)[^@/\s]*@")
#: Texts of several lines, which are written under the line of their event.
BLOCKS = frozenset({"exception", "stack"})
COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


def key_of(message: Message) -> str | None:
    """The key of a record for a log: as text, at most 300 characters, without passwords of URLs."""
    if message.key is None:
        return None
    return PASSWORD.sub(r"\1***@", message.key.decode("utf-8", "backslashreplace"))[:KEY_LENGTH]


def shown(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event with hidden characters escaped, each text in one line, before colours are added."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = visible(value) if name in BLOCKS else one_line(value)
        elif not isinstance(value, bool | int | float | list | tuple | dict | None):
            event[name] = one_line(repr(value))
    return event


def without_hidden(line: str) -> str:
    """The whole line once more: only colours and line feeds stay hidden, whoever has put them there."""
    return "".join(part if COLOUR.fullmatch(part) else visible(part) for part in COLOUR.split(line))


def configure(settings: Settings, stream: TextIO | None = None) -> None:
    """Send our events and the libraries' warnings to standard error, in the format of the settings.

    `stream`: where they are written instead, above the live line of a command.
    """
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if as_json else SECONDS, utc=True),
    ]
    console = structlog.dev.ConsoleRenderer(
        colors=can_redraw(sys.stderr),
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=EVENT_COLUMNS,
    )
    render: structlog.typing.Processor = structlog.processors.JSONRenderer() if as_json else console
    handler = log_limit.LimitedHandler(stream or unguarded(sys.stderr))
    handler.addFilter(client_trouble)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                # JSON writes whatever is not ASCII as escapes.
                *(() if as_json else (shown,)),
                lambda *event: without_hidden(str(render(*event))),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    logging.captureWarnings(True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
