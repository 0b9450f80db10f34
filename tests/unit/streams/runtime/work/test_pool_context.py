"""Pool processes can be started by any program: a script without a `__main__` guard, or standard input."""

import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

from tests.support.places import ROOT

SCRIPT = """
import sys
sys.path.insert(0, {root!r})
print("the script runs", flush=True)
from streams.runtime.work.pool import Pool
from streams.settings import WorkerSettings
from tests.support.pipelines.actions import STAGE
pool = Pool(STAGE, WorkerSettings(), {{}})
pool.start()
pool.stop()
print("done")
"""


def test_a_script_without_a_main_guard_starts_pool_processes_and_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(root=str(ROOT)))
    run = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.stdout, run.returncode) == ("the script runs\ndone\n", 0), run.stderr


def test_other_processes_of_the_same_program_still_import_it() -> None:
    import streams.runtime.work.pool_context  # noqa: F401 - the import changes Python's function

    process = get_context("spawn").Process(target=_need_main)
    process.start()
    process.join()
    assert process.exitcode == 0


def _need_main() -> None:
    """Exit with an error unless the main program was imported, as the module `__mp_main__`."""
    sys.exit("__mp_main__" not in sys.modules)
