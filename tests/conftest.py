"""What every test gets: a clean environment, a scripted server, kernels of every supported stack."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest

sys.path[:0] = [
    str(Path(__file__).parent),
    str(Path(__file__).parent / "gateway"),
    str(Path(__file__).parent / "export"),
    str(Path(__file__).parent / "panel"),
]  # instruments beside the tests

from byte_server import ByteServer
from kernels import Kernel, stacks

# A machine that does other work too is no fault of the code.
hypothesis.settings.register_profile("ours", deadline=None)
hypothesis.settings.load_profile("ours")

_OURS = ("AITUNNEL_API_KEY", "AITUNNEL_BASE_URL", "AITUNNEL_MODEL")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The few files that take minutes begin first: with two processes the last file would run beside an idle one."""
    items.sort(key=lambda item: item.path.name != "test_notebooks.py")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What outlives a test, such as JupyterLab or the shared kernel, keeps out of the person's folders too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AITUNNEL_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("AITUNNEL_JOURNAL", str(tmp_path_factory.mktemp("journal") / "journal.db"))
        yield


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No key, base URL, proxy, locale or cache of the person who runs the tests gets in."""
    monkeypatch.setenv("AITUNNEL_CACHE", str(tmp_path_factory.mktemp("cache")))
    for name in list(os.environ):
        if name in _OURS or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("AITUNNEL_JOURNAL", str(tmp_path_factory.mktemp("journal") / "journal.db"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(autouse=True)
def _faults_of_the_renderer_are_faults(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """People get the text as it is if our parser fails; a test must not pass because of that (``fallback`` marks those about it)."""

    def fail(_text: str, fault: Exception) -> str:
        raise fault

    if request.node.get_closest_marker("fallback") is None:
        monkeypatch.setattr("aitunnel_jupyter.rendering.markdown._unparsed", fail)
        monkeypatch.setattr("aitunnel_jupyter.rendering.highlight._plain", fail)


@pytest.fixture
def server() -> Iterator[ByteServer]:
    running = ByteServer()
    yield running
    running.close()


@pytest.fixture(params=stacks())
def stack(request: pytest.FixtureRequest) -> str:
    """The Python of a supported stack; a test that takes it runs once on each."""
    return stacks()[request.param]


@pytest.fixture
def start_kernel(stack: str, tmp_path: Path) -> Iterator[Callable[..., Kernel]]:
    """Starts kernels of ``stack`` with the extension loaded, and ends them."""
    started: list[Kernel] = []

    def start(*, load: bool = True, **environment: str) -> Kernel:
        kernel = Kernel(stack, {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython"), **environment}, tmp_path)
        started.append(kernel)
        if load:
            assert kernel.run("%load_ext aitunnel_jupyter").status == "ok"
        return kernel

    yield start
    for kernel in started:
        kernel.close()


@pytest.fixture
def kernel(start_kernel: Callable[..., Kernel]) -> Kernel:
    """One kernel with the extension loaded."""
    return start_kernel()


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """One kernel of the newest stack for tests that leave nothing in it."""
    folder = tmp_path_factory.mktemp("kernel")
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    environment |= {"LC_ALL": "C.UTF-8", "IPYTHONDIR": str(folder), "AITUNNEL_JOURNAL": str(folder / "journal.db")}
    running = Kernel(sys.executable, environment, folder)
    assert running.run("%load_ext aitunnel_jupyter").status == "ok"
    yield running
    running.close()
