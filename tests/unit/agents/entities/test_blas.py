import json
import subprocess
import sys
from pathlib import Path

import pytest

from agents.entities import blas
from tests.unit.agents.another_process import printed

AMD = "vendor_id\t: AuthenticAMD\nflags\t\t: fpu sse2 avx2 avx512f avx512cd avx512bw avx512dq avx512vl\n"


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (AMD, True),
        (AMD.replace("AuthenticAMD", "GenuineIntel"), False),
        (AMD.replace("avx512vl", ""), False),
        ("", False),
        (None, False),
    ],
)
def test_skylake_kernels_are_for_amd_with_avx512(tmp_path: Path, report: str | None, expected: bool) -> None:
    if report is not None:
        (tmp_path / "cpuinfo").write_text(report)

    assert blas.wants_skylake(tmp_path / "cpuinfo") is expected


def prepared(tmp_path: Path, before: str = "") -> tuple[dict[str, str], dict[str, str]]:
    """What `prepare` sets in a new Python process, and the environment afterwards."""
    (tmp_path / "cpuinfo").write_text(AMD)
    code = (
        f"import json, os, pathlib\n{before}\nfrom agents.entities import blas\n"
        f"print(json.dumps([blas.prepare(pathlib.Path({str(tmp_path / 'cpuinfo')!r})), dict(os.environ)]))"
    )
    clean = {"PATH": "", "OMP_NUM_THREADS": "4"}
    run = subprocess.run([sys.executable, "-c", code], env=clean, capture_output=True, text=True, check=True)
    return tuple(json.loads(run.stdout))


def test_a_variable_that_the_user_has_set_stays(tmp_path: Path) -> None:
    new, environment = prepared(tmp_path)

    assert new == {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "SkylakeX"}
    assert environment["OMP_NUM_THREADS"] == "4"
    assert environment["OPENBLAS_CORETYPE"] == "SkylakeX"


def test_nothing_is_set_once_numpy_is_loaded(tmp_path: Path) -> None:
    assert prepared(tmp_path, before="import numpy")[0] == {}


def test_loading_the_work_module_does_not_load_numpy() -> None:
    assert printed("import sys, agents.entities.work; print('numpy' in sys.modules)") == b"False\n"
