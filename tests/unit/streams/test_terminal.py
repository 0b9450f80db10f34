"""Text of others on a terminal: through the guard, by rich, and in the logs."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import structlog
from rich.table import Table

from streams import logs
from streams.output_guard import Guard, guard, unguarded
from streams.settings import load_settings
from streams.terminal import Terminal
from tests.support.commands.terminal import HOSTILE, MARK, obeyed_or_hidden, text_of


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def terminal() -> Iterator[Tty]:
    """Standard error is a guarded terminal. Streams and logging are restored afterwards."""
    out, errors, handlers = sys.stdout, sys.stderr, logging.getLogger().handlers[:]
    sys.stderr = stream = Tty()
    guard()
    try:
        yield stream
    finally:
        sys.stdout, sys.stderr = out, errors
        logging.basicConfig(handlers=handlers, force=True)
        structlog.reset_defaults()


def fail() -> None:
    raise ValueError(HOSTILE)


def test_a_traceback_and_a_warning_go_through_the_guard() -> None:
    with terminal() as errors:
        try:
            fail()
        except ValueError:
            sys.excepthook(*sys.exc_info())
        print(HOSTILE, file=sys.stderr)
        sys.stderr.writelines([HOSTILE])

    assert obeyed_or_hidden(errors.getvalue()) == set()
    assert errors.getvalue().count(MARK) == 3


def test_a_stream_is_guarded_once_and_the_guard_behaves_as_the_stream() -> None:
    with terminal() as errors:
        before = sys.stderr
        guard()

        assert sys.stderr is before
        assert isinstance(before, Guard)
        assert before.isatty()
        assert unguarded(before) is errors is unguarded(errors)


def test_a_table_keeps_its_own_colours_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    table = Table(HOSTILE, header_style="bold")
    table.add_row(HOSTILE)
    with terminal() as errors:
        console = Terminal(stderr=True, width=500)
        console.print(table)
        console.report("dead", "red", f"{HOSTILE}\nforged")

    shown = errors.getvalue()
    assert obeyed_or_hidden(shown) == set()
    assert text_of(shown).count(MARK) == 3
    assert "\x1b[31mdead" in shown
    assert "\nforged" not in shown


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_log_line_escapes_text_of_others_in_every_part(form: str) -> None:
    with terminal() as errors:
        logs.configure(load_settings(log_format=form, log_level="debug"))
        log = structlog.get_logger("copydesk.test")
        log.warning(HOSTILE, key=HOSTILE, list=[HOSTILE], path=Path(HOSTILE), forged="x\n2026 [info] forged")
        try:
            fail()
        except ValueError:
            log.exception("failed")
            logging.getLogger("asyncio").exception("failed with %s", HOSTILE)

    shown = errors.getvalue()
    assert obeyed_or_hidden(shown) == set()
    assert text_of(shown).count("Mark") >= 6
    assert not [line for line in shown.splitlines() if line.startswith("2026 [info]")]
    if form == "json":
        lines = [json.loads(line) for line in shown.splitlines()]
        assert [line["level"] for line in lines] == ["warning", "error", "error"]
        assert lines[0]["key"] == HOSTILE
    else:
        assert "\x1b[" in shown
