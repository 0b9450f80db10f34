"""How numpy multiplies matrices in a pool process. To be called before numpy is imported.

The model spends its time on matrix products. Each pool process computes them on one core:
- OPENBLAS_CORETYPE: on AMD processors with AVX-512, OpenBLAS uses its Haswell kernels. With the SkylakeX
  kernels the stage takes 26.9 ms an article instead of 32.7 (2026-11, AMD EPYC).
- OMP_NUM_THREADS, OPENBLAS_NUM_THREADS: with more than one thread, pool processes only slow each other down.

OpenBLAS can be configured only by the environment, which it reads when it is loaded. Variables that the user
has set are not changed.
"""

import os
import sys
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
#: What the SkylakeX kernels use.
AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def prepare(cpu_info: Path = CPU_INFO) -> dict[str, str]:
    """Set and return the variables that are not set yet; none after numpy was loaded, when it is too late."""
    if "numpy" in sys.modules:
        return {}
    wanted = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if wants_skylake(cpu_info):
        wanted["OPENBLAS_CORETYPE"] = "SkylakeX"
    new = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(new)
    return new


def wants_skylake(cpu_info: Path) -> bool:
    """Whether this is an AMD processor with AVX-512, by `cpu_info`. False where that cannot be read."""
    try:
        lines = cpu_info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return facts.get("vendor_id") == "AuthenticAMD" and set(facts.get("flags", "").split()) >= AVX512
