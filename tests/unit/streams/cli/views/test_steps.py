"""Every step of a long command is shown, and none is silent for long."""

import io

import pytest

from streams.cli.views import running
from streams.cli.views import steps as module
from streams.cli.views.steps import Steps
from streams.inspection.activity import Activity
from streams.terminal import Terminal
from tests.support.pipelines.harness import until


def shown_on(width: int, *, terminal: bool) -> tuple[Steps, io.StringIO]:
    console = Terminal(force_terminal=terminal, color_system=None, width=width)
    console.file = output = io.StringIO()
    return Steps(console), output


def test_without_a_terminal_a_step_is_a_line_and_says_again_that_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "LINE_SECONDS", 0.02)
    steps, output = shown_on(80, terminal=False)
    with steps.shown():
        steps.step("starting Kafka")
        until(lambda: output.getvalue().count("\n") >= 3, "the step is said again")
        steps.still("idle")

    first, again = output.getvalue().splitlines()[:2]
    assert (first, again) == ("starting Kafka ...", "starting Kafka (0 s)")
    assert "idle" not in output.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_the_live_line_never_wraps(width: int) -> None:
    steps, output = shown_on(width, terminal=True)
    with steps.shown():
        steps.step("loading models: " + ", ".join(f"stage-{number}" for number in range(60)))
        steps.console.print("a line of a process")

    lines = [line.split("\r")[-1] for line in output.getvalue().split("\n")]
    assert any("a line of a process" in line for line in lines)
    assert any("…" in line for line in lines)


def test_what_passes_through_or_what_prevents_it_is_said() -> None:
    activity = Activity(received=1234, done=1200, waiting=34, per_minute=600)

    assert str(running.working(activity, {})) == "articles: 1,234 in, 1,200 done, 34 waiting, 600 per minute"
    assert str(running.working(None, {})) == "asking Kafka"
    assert str(running.working(activity, {"clean": "rebalancing"})) == "not ready  clean: rebalancing"


def test_what_a_process_says_of_an_outage_is_known_by_its_words() -> None:
    assert running.is_of_outage("2026-11-29 [warning] Kafka does not answer   error=Connection refused")
    assert running.is_of_outage("2026-11-29 [warning] Kafka answers again   silent_seconds=7.0")
    assert not running.is_of_outage("2026-11-29 [warning] a process exited   process=clean")
