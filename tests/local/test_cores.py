import os

import pytest

from aitunnel_jupyter.local import cores


@pytest.fixture
def cgroup(tmp_path, monkeypatch):
    monkeypatch.setattr(cores, "CGROUP", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("allowed", "threads"), [(1, 1), (2, 1), (3, 2), (64, 63)])
def test_one_fewer_than_the_cores_allowed(cgroup, monkeypatch, allowed, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(allowed)), raising=False)
    assert cores.free_threads() == threads


@pytest.mark.parametrize(
    ("quota", "threads"),
    [("max 100000", 63), ("200000 100000", 1), ("50000 100000", 1), ("400000 100000", 3), ("?", 63)],
)
def test_a_containers_share_counts(cgroup, monkeypatch, quota, threads):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)
    (cgroup / "cpu.max").write_text(quota + "\n")
    assert cores.free_threads() == threads


def test_the_older_cgroups_too(cgroup, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(64)), raising=False)
    (cgroup / "cpu").mkdir()
    (cgroup / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    for quota, threads in (("-1", 63), ("300000", 2)):
        (cgroup / "cpu" / "cpu.cfs_quota_us").write_text(quota)
        assert cores.free_threads() == threads


def test_without_affinity_all_cores_are_taken_as_allowed(cgroup, monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert cores.free_threads() == 7
