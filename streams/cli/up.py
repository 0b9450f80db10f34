import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, cast

import structlog
import typer
from rich.text import Text

from streams import logs
from streams.cli.options import repeated_options
from streams.cli.views import running
from streams.cli.views.steps import LinesAbove, Steps
from streams.core.pipeline import Pipeline, import_pipeline
from streams.core.sink_settings import require_sinks
from streams.errors import CannotStart, ConfigError, interrupted_as
from streams.file_modes import apply_umask
from streams.inspection.activity import ActivityWatch
from streams.kafka.initial_offsets import begin_groups
from streams.kafka.topics import create_topics
from streams.local.process_terminal import ProcessTerminal
from streams.local.readiness import Readiness
from streams.local.supervisor import Supervisor, environment
from streams.monitoring.targets import Targets
from streams.settings import Settings, load_settings
from streams.terminal import Terminal

if TYPE_CHECKING:
    from streams.local.broker.node import Broker

log = structlog.get_logger("copydesk.up")

LOOK_SECONDS = 0.2
REVIVE_SECONDS = 5.0
INTERRUPTED = "interrupted while Kafka was starting; `copydesk up --local` starts it again"
WITHOUT_LOCAL = "interrupted while topics were being created; `copydesk up` goes on"


def up(
    *,
    local: bool,
    bootstrap_servers: str | None,
    prefix: str | None,
    data: Path | None,
    port: int,
    fresh: bool,
    yes: bool,
) -> None:
    if local and bootstrap_servers:
        raise ConfigError("--local starts a Kafka of its own: leave out --bootstrap-servers, or --local")
    if not local and (fresh or data):
        raise ConfigError("--fresh and --data are for the Kafka of --local: add --local, or leave them out")
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    pipeline = import_pipeline(settings)
    require_sinks(settings, pipeline)
    apply_umask(settings)
    steps = Steps(Terminal(stderr=True))
    logs.configure(settings, cast(TextIO, LinesAbove(steps.console)))
    options = repeated_options(bootstrap_servers, prefix)
    node = None
    with interrupted_as(INTERRUPTED if local else WITHOUT_LOCAL), ExitStack() as stack:
        if local:
            node = stack.enter_context(_local_kafka(steps, data, port, fresh=fresh, yes=yes))
            settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix=prefix)
            # Other commands do not know the port of --local.
            other = settings.bootstrap_servers != load_settings().bootstrap_servers
            options = repeated_options(settings.bootstrap_servers if other else None, prefix)
        _Run(settings, pipeline, node, steps, options).run()
    kept = f"; Kafka's data are kept in {node.folder}" if node else ""
    again = f"copydesk up{' --local' if node else ''}"
    steps.console.say(f"stopped{kept}. `{again}` goes on where it stopped")


@contextmanager
def _local_kafka(steps: Steps, data: Path | None, port: int, *, fresh: bool, yes: bool) -> Iterator["Broker"]:
    from streams.local.broker.folder import delete_data, earlier_folder, working_folder
    from streams.local.broker.jars import jars
    from streams.local.broker.node import Broker

    folder = data or working_folder()
    if data is None and (earlier := earlier_folder()):
        steps.console.say(f"a Kafka of before has its data in {earlier}: --data uses it")
    if fresh:
        delete_data(folder, confirm=lambda question: yes or typer.confirm(question, err=True, abort=True))
    jars()
    with running.running_kafka(steps, Broker(folder, port)) as node:
        steps.console.say(
            Text.assemble("Kafka at ", (node.bootstrap_servers, "bold"), f", its data in {node.folder}")
        )
        yield node


@dataclass(slots=True)
class _Run:
    """All processes, from their start to their end."""

    settings: Settings
    pipeline: Pipeline
    node: "Broker | None"
    steps: Steps
    options: str
    outage_known_until: float = 0.0
    """Until then, the processes may notice an outage of Kafka that has ended."""

    def run(self) -> None:
        stopped = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stopped.set())
        with ExitStack() as stack:
            stack.enter_context(self.steps.shown())
            # Until here Ctrl-C ends it at once: nothing has started, and Kafka may not answer.
            self.steps.step(f"creating topics in Kafka at {self.settings.bootstrap_servers}")
            self._create_topics()
            signal.signal(signal.SIGINT, lambda *_: stopped.set())
            supervisor = self._supervisor(stack)
            readiness = Readiness(supervisor)
            stack.callback(readiness.stop)
            self._start(stack, supervisor, readiness)
            self._watch(stopped, supervisor, readiness)
            self.steps.step("stopping; what is not finished is read again at the next start")
            supervisor.stop()

    def _create_topics(self) -> None:
        created = create_topics(self.settings, self.pipeline.all_topics()).created
        for group in begin_groups(self.settings, self.pipeline, created):
            if group.worth_reporting:
                log.warning(str(group))

    def _supervisor(self, stack: ExitStack) -> Supervisor:
        """On a terminal, what the processes write must not run into the live line."""
        terminal = None
        if self.steps.console.is_terminal:
            terminal = stack.enter_context(ProcessTerminal(self._line)).fileno()
        stop_seconds = self.settings.worker.stop_seconds
        supervisor = Supervisor(environment(self.settings), stop_seconds, terminal=terminal)
        stack.callback(supervisor.stop)
        return supervisor

    def _start(self, stack: ExitStack, supervisor: Supervisor, readiness: Readiness) -> None:
        processes = {stage.name: ["worker", stage.name] for stage in self.pipeline.stages}
        processes |= {f"sink {sink}": ["sink", sink] for sink in self.settings.sinks}
        targets = stack.enter_context(Targets(self.settings.probes, readiness, processes))
        for name, arguments in processes.items():
            supervisor.start(name, arguments, targets.environment(name))
        readiness.watch(targets.addresses())
        say = self.steps.console.say
        if self.node is None:
            say(Text.assemble("Kafka at ", (self.settings.bootstrap_servers, "bold")))
        say(Text.assemble("running: ", (", ".join(processes), "bold"), ". Ctrl-C stops."))
        say(targets.summary())

    def _watch(self, stopped: threading.Event, supervisor: Supervisor, readiness: Readiness) -> None:
        """Until Ctrl-C: restart what has ended, and show what is going on."""
        activity = ActivityWatch(self.settings, self.pipeline)
        ready, began = False, time.monotonic()
        self.steps.step("starting the processes")
        while not stopped.wait(LOOK_SECONDS):
            supervisor.look()
            if self.node is not None:
                self._revive(self.node, stopped)
            if ready:
                self.steps.still(running.working(activity.latest, readiness.waiting))
            elif readiness.waiting:
                if readiness.asked:
                    self.steps.detail(running.starting(readiness.waiting))
            else:
                ready = True
                self.steps.still("")
                self._say_ready(time.monotonic() - began)
                if self.steps.console.is_terminal:
                    activity.start()
        activity.stop()

    def _line(self, line: str) -> None:
        """A line of another process, with its colours; not that Kafka is away, where it was said here."""
        text = Text.from_ansi(line)
        ended = self.node is not None and not self.node.alive
        known = ended or time.monotonic() < self.outage_known_until
        if not (known and running.is_of_outage(text.plain)):
            self.steps.console.say(text)

    def _say_ready(self, seconds: float) -> None:
        ready = Text.assemble(("ready", "bold green"), f" after {seconds:.0f} s")
        self.steps.console.say(ready)
        last = self.pipeline.last[0].name
        self.steps.console.say("try, in another terminal:")
        for command in ("publish PAGE.html --url URL", f"tail {last} --from-start"):
            self.steps.console.say(Text(f"  copydesk {command}{self.options}", "bold"))

    def _revive(self, node: "Broker", stopped: threading.Event) -> None:
        if node.alive:
            return
        self.steps.console.say(Text.assemble(("Kafka has ended", "yellow"), f": {node.reason}"))
        self.outage_known_until = math.inf
        try:
            self.steps.step("starting Kafka again")
            node.start()
        except CannotStart as error:
            log.error("Kafka does not start", error=str(error))  # noqa: TRY400 - a sentence, no traceback
            stopped.wait(REVIVE_SECONDS)
        else:
            self.outage_known_until = time.monotonic() + self.settings.worker.session_seconds
            self.steps.console.say(f"Kafka runs again at {node.bootstrap_servers}")
