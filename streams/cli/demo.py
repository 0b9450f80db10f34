from collections.abc import Callable

import typer

from streams.cli.views.demo import DemoReport, notes
from streams.cli.views.steps import Steps
from streams.core.pipeline import Pipeline, load_pipeline
from streams.errors import ConfigError, interrupted_as
from streams.exit_codes import ExitCode
from streams.ingest.files import RejectedInput
from streams.inspection.reconciliation import Reconciliation
from streams.settings import load_settings
from streams.terminal import Terminal

NEXT = "next: `copydesk up --local` keeps a Kafka and all stages running; `copydesk --help` lists the rest"

INTERRUPTED = "interrupted; nothing of the demo is kept, and `copydesk demo` starts it again"


def demo(*, paths: list[str] | None) -> None:
    from streams.local.broker.jars import jars
    from streams.local.demo import pipeline_in_a_folder, run

    settings = load_settings()
    pipeline = load_pipeline(settings)
    pages = paths or _samples(pipeline)
    jars()  # it has a bar of its own
    steps = Steps(Terminal(stderr=True))
    rejected: list[RejectedInput] = []
    with (
        interrupted_as(INTERRUPTED, whole=True),
        steps.shown(),
        pipeline_in_a_folder(settings, pipeline, steps.step) as (ours, supervisor),
    ):
        steps.step("loading models")
        result = run(ours, pipeline, supervisor, pages, reject=rejected.append, progress=_shown(steps))
    console = Terminal(width=min(Terminal().width, 110))
    DemoReport(console, pipeline, notes(pages)).print(result)
    for page in rejected:
        console.report("not published", "red", f"{page.where}: {page.reason}")
    console.print(NEXT)
    if rejected or result.reconciliation.waiting:
        raise typer.Exit(ExitCode.FAILED)


def _shown(steps: Steps) -> Callable[[Reconciliation], None]:
    def progress(reconciliation: Reconciliation) -> None:
        done = reconciliation.raw - reconciliation.waiting
        if done:
            steps.detail(f"{done} of {reconciliation.raw} pages done")

    return progress


def _samples(pipeline: Pipeline) -> list[str]:
    if pipeline.samples is None:
        raise ConfigError(f"the pipeline {pipeline.name} has no samples: name some pages")
    return [str(pipeline.samples)]
