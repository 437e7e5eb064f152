"""How many threads the model may take."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def free_threads() -> int:
    """One thread fewer than the cores this process may use, and at least one: the kernel needs a core too.

    Counts the scheduler's affinity and, in a container, its share of processor time: Binder shows all cores
    of its host and grants one or two, and llama.cpp with more threads than cores falls to 1-3 tokens/s.

    Example:
        >>> free_threads() >= 1
        True
    """
    return max(1, min(_allowed(), _share(CGROUP) or _allowed()) - 1)


def _allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _share(cgroup: Path) -> int | None:
    """Whole cores granted by the container's quota (cgroup v2, then v1); None without a quota."""
    try:
        if (file := cgroup / "cpu.max").exists():
            quota, period = file.read_text().split()
        else:
            quota = (cgroup / "cpu/cpu.cfs_quota_us").read_text()
            period = (cgroup / "cpu/cpu.cfs_period_us").read_text()
        return max(1, int(quota) // int(period)) if int(quota) > 0 else None
    except (OSError, ValueError):  # no cgroups here, or "max"
        return None
