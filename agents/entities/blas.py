"""How numpy multiplies matrices in a pool process. To be called before numpy is imported.

The model's time is one matrix product after another, on one core by one child:
- OPENBLAS_CORETYPE: OpenBLAS takes its Haswell kernels on AMD processors that have AVX-512; with the
  SkylakeX ones the stage takes 26.9 ms an article in place of 32.7 (2026-11, AMD EPYC).
- OMP_NUM_THREADS, OPENBLAS_NUM_THREADS: more threads than one only get into other children's way.

The environment is the only way in: OpenBLAS reads it when it is loaded. What the user has set stays.
"""

import os
import sys
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
#: What the SkylakeX kernels use.
AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}


def prepare(cpu_info: Path = CPU_INFO) -> dict[str, str]:
    """Set what is not set; what was set is returned. Nothing where numpy is loaded: it would be too late."""
    if "numpy" in sys.modules:
        return {}
    wanted = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if wants_skylake(cpu_info):
        wanted["OPENBLAS_CORETYPE"] = "SkylakeX"
    new = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(new)
    return new


def wants_skylake(cpu_info: Path) -> bool:
    """Whether this is an AMD processor with AVX-512, as the kernel tells it. False where it does not tell."""
    try:
        lines = cpu_info.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return facts.get("vendor_id") == "AuthenticAMD" and set(facts.get("flags", "").split()) >= AVX512
