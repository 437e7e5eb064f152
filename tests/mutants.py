"""How many small faults the tests of a room notice: `make mutants`. A report, no gate; nothing in the tree is touched.

    python tests/mutants.py gateway session --count 300 --seed 7

A first run learns which test reaches which line (Python 3.12 and newer); each fault then meets only the tests that
reach its line, the quickest first, in a process forked for it. Runs where there is `os.fork`.
"""

from __future__ import annotations

import argparse
import bisect
import contextlib
import importlib
import inspect
import itertools
import os
import pickle
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from mutations import Mutation, mutations

PACKAGE = "aitunnel_jupyter"
WARM = ("pytest", "hypothesis", "jupyter_client.manager", "httpx", "numpy", "pandas", "PIL.Image", "matplotlib.pyplot")
"""Imported once, before the forks, where they are installed; not what starts threads, as polars does."""
KILLED, TOO_LONG, SURVIVED, NOT_REACHED = "killed", "killed by time", "survived", "not reached"
SAID = "said.txt"
"""What the tests printed last."""
SPARE_SECONDS = 20.0
OPTIONS = [
    "-x", "-q", "-p", "no:cacheprovider", "--no-header", "-o", "addopts=--import-mode=importlib",
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
]  # fmt: skip


class Mutant(NamedTuple):
    room: str
    path: str
    """Within the tree."""
    mutation: Mutation


class Baseline:
    """What the tests do without a fault; a plugin of pytest that learns it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.red: set[str] = set()
        self.reached: dict[str, set[tuple[str, int]]] = defaultdict(set)
        self._test = ""
        self._began = 0.0

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._test, self._began = nodeid, time.monotonic()
        if monitoring := getattr(sys, "monitoring", None):
            monitoring.restart_events()

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.red.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.seconds[nodeid] = time.monotonic() - self._began

    def watch(self, package: str) -> None:
        monitoring = getattr(sys, "monitoring", None)
        if monitoring is None:
            return

        def line(code: Any, number: int) -> Any:
            if code.co_filename.startswith(package):
                is_function = code.co_flags & inspect.CO_OPTIMIZED  # else it runs once, when the file is imported
                self.reached[self._test if is_function else ""].add((code.co_filename, number))
            return monitoring.DISABLE

        monitoring.use_tool_id(monitoring.PROFILER_ID, "mutants")
        monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.LINE, line)
        monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.LINE)

    def tests_of(self, path: str, lines: range) -> list[str]:
        """The tests that reach a statement, the quickest first; if it runs on import, those that reach its file."""
        tests = [test for test in self.seconds if test not in self.red]
        if any(self.reached.values()):
            wanted = {(path, line) for line in lines}
            if wanted & self.reached[""]:
                tests = [test for test in tests if any(file == path for file, _ in self.reached[test])]
            else:
                tests = [test for test in tests if wanted & self.reached[test]]
        return sorted(tests, key=self.seconds.__getitem__)


class Chosen:
    """Runs these tests only, in this order; a plugin of pytest."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: at for at, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self._place), key=lambda one: self._place[one.nodeid])


def in_fork(tree: Path, work: Callable[[], int], seconds: float) -> int | None:
    """The exit code of ``work`` in a child whose package is that of ``tree``; ``None`` if it took too long."""
    child = os.fork()
    if not child:
        code = 70
        try:
            os.setsid()
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            said = os.open(tree / SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            os.chdir(tree)
            sys.dont_write_bytecode = True
            os.environ |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
            sys.path.insert(0, str(tree))
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    deadline = time.monotonic() + seconds
    try:
        while True:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > deadline:
                return None
            time.sleep(0.01)
    finally:
        with contextlib.suppress(ProcessLookupError):  # also what it has started itself
            os.killpg(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)


def run_tests(arguments: Sequence[str], plugin: object) -> int:
    import pytest
    from hypothesis import settings

    settings.register_profile("mutants", derandomize=True, deadline=None, database=None)
    settings.load_profile("mutants")
    return int(pytest.main([*OPTIONS, *arguments], plugins=[plugin]))


def learn(tree: Path, room: str, seconds: float) -> Baseline:
    """Run the tests of a room without a fault."""
    file = tree / "baseline.pickle"

    def work() -> int:
        found = Baseline()
        found.watch(str(tree / PACKAGE))
        run_tests(["--maxfail=1000", f"tests/{room}"], found)
        found.reached = dict(found.reached)
        file.write_bytes(pickle.dumps(vars(found)))
        return 0

    if in_fork(tree, work, seconds) != 0:
        said = (tree / SAID).read_text(errors="replace")
        raise SystemExit(f"{said[-4000:]}\ntests/{room} did not end within {seconds:.0f} s, or could not begin")
    found = Baseline()
    vars(found).update(pickle.loads(file.read_bytes()))
    found.reached = defaultdict(set, found.reached)
    return found


def outcome(tree: Path, mutant: Mutant, baseline: Baseline, patience: float) -> str:
    """What the tests say to one fault: those that together take ``patience`` seconds without it."""
    path = tree / mutant.path
    tests = baseline.tests_of(str(path), mutant.mutation.lines)
    if not tests:
        return NOT_REACHED
    took = [*itertools.accumulate(baseline.seconds[test] for test in tests)]
    tests = tests[: max(bisect.bisect_right(took, patience), 1)]
    source = path.read_text(encoding="utf-8")
    each = SPARE_SECONDS / 2 + 4 * baseline.seconds[tests[-1]]  # a test that takes longer hangs: that is noticed
    limit = SPARE_SECONDS + each + 3 * took[len(tests) - 1]
    path.write_text(mutant.mutation.apply(source), encoding="utf-8")
    try:
        files = dict.fromkeys(test.split("::")[0] for test in tests)
        code = in_fork(tree, lambda: run_tests([*files, "-o", f"timeout={each:.0f}"], Chosen(tests)), limit)
    finally:
        path.write_text(source, encoding="utf-8")
    return TOO_LONG if code is None else SURVIVED if code == 0 else KILLED


def all_mutants(tree: Path, rooms: Sequence[str]) -> Iterator[Mutant]:
    for room in rooms:
        for path in sorted((tree / PACKAGE / room).rglob("*.py")):
            for mutation in mutations(path.read_text(encoding="utf-8")):
                yield Mutant(room, str(path.relative_to(tree)), mutation)


def copy_of(tree: Path, place: Path) -> Path:
    """What tests need, where faults may be put in."""
    skip = shutil.ignore_patterns("__pycache__", "node_modules", ".*")
    for name in (PACKAGE, "tests"):
        shutil.copytree(tree / name, place / name, ignore=skip)
    shutil.copy(tree / "pyproject.toml", place)
    return place


def report(tree: Path, told: Sequence[tuple[Mutant, str]]) -> Iterator[str]:
    """The share of faults that were noticed, and those that were not."""
    rooms = list(dict.fromkeys(mutant.room for mutant, _ in told))
    for mutant, verdict in sorted(told, key=lambda one: (one[0].path, one[0].mutation[:3])):
        if verdict in {SURVIVED, NOT_REACHED}:
            source = (tree / mutant.path).read_text(encoding="utf-8")
            before = " ".join(mutant.mutation.before(source).split())
            yield f"{verdict:11}  {mutant.path}:{mutant.mutation.line}  {before[:70]}  →  {mutant.mutation.after[:70]}"
    for room in rooms:
        counts = Counter(verdict for mutant, verdict in told if mutant.room == room)
        noticed = counts[KILLED] + counts[TOO_LONG]
        parts = ", ".join(f"{verdict} {counts[verdict]}" for verdict in (KILLED, TOO_LONG, SURVIVED, NOT_REACHED))
        yield f"{room}: {noticed / counts.total():.0%} of {counts.total()} noticed ({parts})"


def main(arguments: Sequence[str] | None = None) -> list[tuple[Mutant, str]]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "rooms", nargs="*", default=["gateway", "session"], help="folders of the package, and of tests/"
    )
    parser.add_argument("--count", type=int, default=300, help="faults, of all rooms together")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tree", type=Path, default=Path(__file__).parent.parent, help="whose package and tests")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds of tests that each fault meets at most")
    parser.add_argument("--seconds", type=float, default=900.0, help="longest run of a room's tests without a fault")
    told = parser.parse_args(arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a process with threads is not forked safely
    for name in WARM:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_of(told.tree.resolve(), Path(folder).resolve())
        everything = list(all_mutants(tree, told.rooms))
        chosen = random.Random(told.seed).sample(everything, min(told.count, len(everything)))
        print(f"{len(chosen)} of {len(everything)} faults, seed {told.seed}", flush=True)
        found = []
        for room in told.rooms:
            baseline = learn(tree, room, told.seconds)
            print(f"{room}: {len(baseline.seconds)} tests in {sum(baseline.seconds.values()):.0f} s", flush=True)
            for red in sorted(baseline.red):
                print(f"left out, it fails without a fault: {red}", flush=True)
            for at, mutant in enumerate(one for one in chosen if one.room == room):
                verdict = outcome(tree, mutant, baseline, told.patience)
                found.append((mutant, verdict))
                print(f"{at + 1}  {verdict}  {mutant.path}:{mutant.mutation.line}", file=sys.stderr, flush=True)
        print("\n".join(report(tree, found)))
    return found


if __name__ == "__main__":
    main()
