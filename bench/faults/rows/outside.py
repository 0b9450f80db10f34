"""What happens to the sinks and their outside."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.faults.postgres import Postgres
from bench.faults.row import PORTIONS, Fault
from bench.faults.running import SINKS, Running
from bench.faults.watched import RowError


def kill_sinks(run: Running) -> None:
    """Both sinks, five times each, in the midst of their batches."""
    for _ in range(5):
        with run.recovering() as recovers:
            for name in run.at_work(SINKS):
                run.kill(name)
                recovers(name)
    run.happened.append("10 sinks killed")


def with_postgres(stack: ExitStack, folder: Path) -> dict[str, Any]:
    """The sink writes to a PostgreSQL of this row's own."""
    server = stack.enter_context(Postgres())
    return {"database": server.url, "server": server}


def stop_database(run: Running) -> None:
    """Longer than the sink tries (20 s), once it writes from every partition: where it only asks the
    database where to begin with one, it has acknowledged nothing that it could lose."""
    run.until_written("summaries", 0.2)
    run.until(lambda: min(run.acknowledged("rows").values(), default=0) > 0, "it writes from every partition")
    before = run.deaths("rows")
    run.server.kill()
    time.sleep(60)
    if not run.lag("rows"):
        raise RowError("nothing was left to be written")
    run.server.start()
    run.recovers("rows")
    if run.deaths("rows") == before:
        raise RowError("the sink did not notice")
    run.happened.append(f"no database for 60 s; {run.deaths('rows') - before} new starts of the sink")


FAULTS = (
    Fault(
        name="sink-kill",
        what="kill -9 of both sinks in mid-batch, 5 times",
        strike=kill_sinks,
        portions=PORTIONS,
    ),
    Fault(
        name="database-away",
        what="PostgreSQL killed, and back after 60 s",
        strike=stop_database,
        around=with_postgres,
    ),
)
