import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import structlog
import typer
from rich.text import Text

from streams.cli.options import BootstrapServers, Prefix
from streams.core.pipeline import Pipeline, import_pipeline
from streams.core.sink_settings import require_sinks
from streams.errors import CannotStart, ConfigError
from streams.file_modes import apply_umask
from streams.kafka.initial_offsets import begin_groups
from streams.kafka.topics import create_topics
from streams.local.supervisor import Supervisor, environment
from streams.monitoring.targets import Targets
from streams.settings import Settings, load_settings
from streams.terminal import Terminal

if TYPE_CHECKING:
    from streams.local.broker.node import Broker

log = structlog.get_logger("copydesk.up")

LOOK_SECONDS = 0.2
REVIVE_SECONDS = 5.0


def up(
    local: Annotated[bool, typer.Option("--local", help="Start Kafka on this machine too.")] = False,
    bootstrap_servers: BootstrapServers = None,
    prefix: Prefix = None,
    data: Annotated[Path | None, typer.Option(metavar="FOLDER", help="The data folder of --local.")] = None,
    port: Annotated[int, typer.Option(help="The port of --local.")] = 9092,
) -> None:
    """Run all stages and sinks until Ctrl-C, one process each. A process that exits is restarted.

    Example: copydesk up --local
    """
    from streams import logs
    from streams.local.broker.node import Broker, default_folder

    if local and bootstrap_servers:
        raise ConfigError("--local starts a Kafka of its own: leave out --bootstrap-servers, or --local")
    settings = load_settings(bootstrap_servers=bootstrap_servers, prefix=prefix)
    pipeline = import_pipeline(settings)
    require_sinks(settings, pipeline)
    apply_umask(settings)
    with ExitStack() as stack:
        node = None
        if local:
            node = stack.enter_context(Broker(data or default_folder(), port))
            settings = load_settings(bootstrap_servers=node.bootstrap_servers, prefix=prefix)
        logs.configure(settings)
        _supervise(settings, pipeline, node)


def _supervise(settings: Settings, pipeline: Pipeline, node: "Broker | None") -> None:
    console = Terminal(stderr=True)
    for group in begin_groups(settings, pipeline, create_topics(settings, pipeline.all_topics()).created):
        if group.worth_reporting:
            log.warning(str(group))
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    supervisor = Supervisor(environment(settings), settings.worker.stop_seconds)
    processes = {stage.name: ["worker", stage.name] for stage in pipeline.stages}
    processes |= {f"sink {sink}": ["sink", sink] for sink in settings.sinks}
    with Targets(settings.probes, supervisor, processes) as targets:
        for name, arguments in processes.items():
            supervisor.start(name, arguments, targets.environment(name))
        _say(console, settings, supervisor, node)
        console.print(targets.summary(), soft_wrap=True)
        while not stopped.wait(LOOK_SECONDS):
            supervisor.look()
            if node is not None:
                _revive(node, stopped)
    console.print("stopping; what is not finished is read again at the next start")
    supervisor.stop()


def _say(console: Terminal, settings: Settings, supervisor: Supervisor, node: "Broker | None") -> None:
    kept = f", its data in {node.folder}" if node else ""
    console.print(Text.assemble("Kafka at ", (settings.bootstrap_servers, "bold"), kept), soft_wrap=True)
    running = (", ".join(supervisor.processes), "bold")
    console.print(Text.assemble("running: ", running, ". Ctrl-C stops."), soft_wrap=True)
    # Other commands do not know the port of --local.
    other = settings.bootstrap_servers != load_settings().bootstrap_servers
    where = f" -b {settings.bootstrap_servers}" if other else ""
    commands = f"copydesk publish PAGE.html{where}; copydesk tail summaries{where}"
    console.print(f"try, in another terminal: {commands}", soft_wrap=True)


def _revive(node: "Broker", stopped: threading.Event) -> None:
    try:
        node.start()
    except CannotStart as error:
        log.error("Kafka does not start", error=str(error))  # noqa: TRY400 - a sentence, no traceback
        stopped.wait(REVIVE_SECONDS)
