"""What a terminal shows of the demo, to its end and until Ctrl-C."""

import os
import re
from pathlib import Path

import psutil
import pytest

from tests.support.pipelines.harness import PROGRAMS
from tests.support.places import ROOT
from tests.support.terminal.faults import faults
from tests.support.terminal.session import CTRL_C, Session, copydesk

pytestmark = pytest.mark.kafka

STEPS = ("starting Kafka", "loading models", " pages done", "stopping")
NEXT = "next: `copydesk up --local` keeps a Kafka and all stages running; `copydesk --help` lists the rest"


@pytest.fixture
def toy_variables(tmp_path: Path) -> dict[str, str]:
    """The toy pipeline, which has no models and starts at once."""
    (tmp_path / "orders.jsonl").write_text('{"id": "k1", "n": 1}\n{"id": "k2", "n": 2}\n')
    path = os.pathsep.join([str(PROGRAMS), str(ROOT)])
    return {"COPYDESK_PIPELINE": "toy_pipeline", "PYTHONPATH": path}


def started_by(session: Session) -> list[psutil.Process]:
    return psutil.Process(session.process.pid).children(recursive=True)


def test_every_step_and_every_page_of_the_demo_is_shown_in_80_columns(tmp_path: Path) -> None:
    with copydesk("demo", columns=80, environment={}, folder=tmp_path) as session:
        assert session.end() == 0
    seen = list(session.screen.seen)
    firsts = [next(n for n, row in enumerate(seen) if step in row) for step in STEPS]
    assert firsts == sorted(firsts)
    rows = session.screen.rows()
    heads = [row.split(" ─")[0] for row in rows if " ─" in row]
    assert heads == ["Finished", "Also finished", "Not finished", "Reconciliation"]
    assert " ".join(rows).endswith(NEXT)
    assert faults(session) == []


def test_the_demo_of_another_pipeline_fits_in_120_columns(
    tmp_path: Path, toy_variables: dict[str, str]
) -> None:
    with copydesk(
        *("demo", "orders.jsonl"), columns=120, environment=toy_variables, folder=tmp_path
    ) as session:
        assert session.end() == 0
    rows = session.screen.rows()
    assert any(re.match(r"2 records published = 2 finished; \d+\.\d s", row) for row in rows)
    assert " ".join(rows).endswith(NEXT)
    assert faults(session) == []


@pytest.mark.parametrize("moment", ["starting Kafka", "loading models"])
def test_ctrl_c_during_the_demo_ends_all_that_it_started(
    tmp_path: Path, toy_variables: dict[str, str], moment: str
) -> None:
    variables = {**toy_variables, "TMPDIR": str(tmp_path)}
    with copydesk("demo", "orders.jsonl", columns=80, environment=variables, folder=tmp_path) as session:
        session.wait_for(moment)
        below = started_by(session)
        session.type(CTRL_C)
        assert session.end() == 130
    assert " ".join(session.screen.rows()) == (
        "copydesk: interrupted; nothing of the demo is kept, and `copydesk demo` starts it again"
    )
    assert psutil.wait_procs(below, timeout=20)[1] == []
    assert list(tmp_path.glob("copydesk-demo-*")) == []
    assert faults(session) == []
