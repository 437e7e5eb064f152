"""The real model in its child process: seconds, not milliseconds."""

import _thread
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from aitunnel_jupyter.errors import LocalModelFailed
from aitunnel_jupyter.local import LocalModel, lifeline, running, start
from aitunnel_jupyter.local import child as our_child

REPOSITORY = Path(__file__).parents[2]


def silent(progress):
    pass


@pytest.fixture(scope="module")
def server(real_model):
    model = start(silent, path=real_model)
    yield model
    model.stop()


@pytest.fixture
def nothing_runs(monkeypatch):
    """Let a test start and end a server of its own beside the module's."""
    monkeypatch.setattr(our_child, "_current", None)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def ask(model: LocalModel, key: str, **body):
    request = urllib.request.Request(
        f"{model.base_url}/chat/completions",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def hello(model: LocalModel) -> dict:
    messages = [{"role": "user", "content": "Say hello."}]
    return ask(model, model.key, messages=messages, max_tokens=4, temperature=0)


def test_it_answers_and_knows_its_facts(server, real_model):
    answer = hello(server)
    assert answer["choices"][0]["message"]["content"]
    assert answer["usage"]["completion_tokens"] <= 4
    assert answer["model"] == server.name
    assert server.context >= 4096
    assert 1 <= server.threads <= max(1, (os.cpu_count() or 1) - 1)
    assert server.alive
    assert server.base_url.startswith("http://127.0.0.1:")


def test_the_key_is_asked_for_and_shown_nowhere(server):
    with pytest.raises(urllib.error.HTTPError, match="401"):
        ask(server, "sk-guess", messages=[])
    assert server.key not in repr(server)
    for public in ("cmdline", "environ"):
        assert server.key.encode() not in Path(f"/proc/{server.pid}/{public}").read_bytes()


def test_a_prompt_beyond_the_context_is_a_400_that_says_so(server):
    with pytest.raises(urllib.error.HTTPError, match="400") as refused:
        ask(server, server.key, messages=[{"role": "user", "content": "a " * server.context}])
    assert json.load(refused.value)["error"]["type"] == "exceed_context_size_error"


def test_each_of_two_requests_at_once_has_the_whole_context(server):
    props = urllib.request.Request(
        f"{server.base_url.removesuffix('/v1')}/props", headers={"Authorization": f"Bearer {server.key}"}
    )
    with urllib.request.urlopen(props, timeout=10) as response:
        facts = json.load(response)
    assert facts["total_slots"] == 2
    assert facts["default_generation_settings"]["n_ctx"] == server.context == 8192


def test_two_requests_at_once_both_get_their_answers(server):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(hello(server))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(answer["choices"][0]["message"]["content"] for answer in answers)
    assert len(answers) == 2


def test_a_second_start_returns_the_running_one(server, seen):
    assert start(seen.append) is server is running()
    assert seen == []


def test_a_fork_neither_uses_nor_ends_it(server):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 on: this process has threads
        pid = os.fork()
    if pid == 0:
        try:
            server.stop()
            os._exit(0 if running() is None and not server.alive else 1)
        finally:
            os._exit(2)  # whatever happens, no second pytest goes on from here
    assert os.waitpid(pid, 0)[1] == 0
    assert server.alive
    assert hello(server)


def test_stop_ends_it_and_may_be_called_again(real_model, nothing_runs, seen):
    model = start(seen.append, path=real_model)
    assert seen[-1].stage == "loading"
    assert len(seen) > 3
    model.stop()
    model.stop()
    assert gone(model.pid)
    assert not model.alive
    assert running() is None


def test_a_server_that_died_is_replaced(real_model, nothing_runs, settle):
    first = start(silent, path=real_model)
    os.kill(first.pid, signal.SIGKILL)
    assert settle(lambda: not first.alive)
    second = start(silent, path=real_model)
    assert second.pid != first.pid
    second.stop()


def test_an_interrupt_while_loading_leaves_no_child(real_model, nothing_runs, settle):
    pids = []

    def press_stop(progress):
        if progress.stage == "loading":
            pids.extend(children())
            _thread.interrupt_main()

    def children():
        return [int(pid) for pid in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()]

    before = set(children())
    with pytest.raises(KeyboardInterrupt):
        start(press_stop, path=real_model)
    new = set(pids) - before
    assert new
    assert all(gone(pid) for pid in new)
    assert running() is None


def test_too_slow_is_one_line_and_leaves_no_child(real_model, nothing_runs):
    with pytest.raises(LocalModelFailed, match="not ready after 0 s"):
        start(silent, path=real_model, ready_timeout=0.2)
    assert running() is None


def test_a_broken_file_is_explained_by_llama_cpp_itself(nothing_runs, tmp_path):
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF\x03\x00\x00\x00 and nonsense")
    with pytest.raises(LocalModelFailed, match="error loading model") as refused:
        start(silent, path=broken)
    assert len(refused.value.line("ru").encode()) <= 500


def test_without_xllamacpp_it_names_the_extra_before_any_download(nothing_runs, monkeypatch, seen):
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(LocalModelFailed, match=r'pip install "aitunnel-jupyter\[local\]"'):
        start(seen.append)
    assert seen == []


def test_importing_the_room_loads_nothing_heavy():
    script = "import sys, aitunnel_jupyter.local; print([m for m in sys.modules if m in {'xllamacpp', 'httpx',"
    script += " 'huggingface_hub', 'IPython', 'platformdirs', 'subprocess'}])"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    result = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


KERNEL = """
import json, os, sys, time, urllib.request
from pathlib import Path
from aitunnel_jupyter.local import start
model = start(lambda progress: None, path=Path(sys.argv[1]))
if sys.argv[2] == "busy":
    body = b'{"messages": [{"role": "user", "content": "Count."}], "stream": true, "ignore_eos": true}'
    headers = {"Authorization": "Bearer " + model.key, "Content-Type": "application/json"}
    request = urllib.request.Request(model.base_url + "/chat/completions", body, headers)
    answer = urllib.request.urlopen(request)
    answer.readline()
if sys.argv[2] == "fork" and os.fork() == 0:
    time.sleep(30)
    os._exit(0)
try:
    print(json.dumps([model.pid, model.base_url, model.key]), flush=True)  # inside: whoever reads it may interrupt at once
    time.sleep(60)
except KeyboardInterrupt:
    print("alive" if model.alive else "dead", flush=True)
    time.sleep(60)
"""


class Served(NamedTuple):
    """What the process that stands for a kernel tells of its server."""

    pid: int
    base_url: str
    key: str

    def answers(self) -> bool:
        return bool(hello(self)["choices"])


@pytest.fixture
def kernel(real_model, tmp_path):
    """``kernel(how)`` starts a process that stands for the kernel and returns it with its server."""
    processes = []

    def begin(how: str = "plain"):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", KERNEL, str(real_model), how],
            stdout=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            start_new_session=True,
        )
        processes.append(process)
        return process, Served(*json.loads(process.stdout.readline()))

    yield begin
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def test_it_survives_an_interrupt_of_the_kernels_whole_group(kernel):
    process, served = kernel()
    os.killpg(process.pid, signal.SIGINT)
    assert process.stdout.readline() == "alive\n"
    assert [served.answers() for _ in range(2)] == [True, True], "the second one is asked long after the signal"
    assert not gone(served.pid)


@pytest.mark.parametrize("how", ["plain", "busy", "fork"])
def test_it_ends_after_kill_9_in_an_answer_and_with_a_fork_at_its_pipe_too(kernel, settle, how):
    process, served = kernel(how)
    os.kill(process.pid, signal.SIGKILL)
    assert settle(lambda: gone(served.pid), seconds=20)


def test_a_stopped_kernel_is_not_a_dead_one(kernel):
    process, served = kernel()
    os.kill(process.pid, signal.SIGSTOP)
    assert served.answers()
    assert not gone(served.pid)


def test_the_watch_looks_until_its_parent_is_another_one(monkeypatch):
    parents, slept, ended = iter([7, 7, 7, 1]), [], []
    monkeypatch.setattr(lifeline, "os", SimpleNamespace(getppid=lambda: next(parents)))
    monkeypatch.setattr(lifeline, "time", SimpleNamespace(sleep=slept.append))
    lifeline._until_orphaned(7, lambda: ended.append(len(slept)))
    assert (slept, ended) == ([lifeline.WATCH] * 3, [3])


def test_files_in_the_notebooks_folder_do_not_shadow_modules(kernel, tmp_path, monkeypatch):
    for name in ("random", "json", "local", "xllamacpp", "aitunnel_jupyter"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(our_child, "_current", None)
    from aitunnel_jupyter.local.process import Child

    with Child("serve", "/nowhere.gguf", "name") as child:
        child.tell("key")
        answer = child.answer(lambda: None, 60)
        assert "shadowed" not in child.last_words(answer.get("error", ""))
        # llama.cpp's log names the file, if it was written out before the process ended; its error says as much.
        assert re.search("nowhere.gguf|Failed to init server", child.last_words(answer["error"]))
