"""By hand, without Jupyter."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def command(*arguments: str, **variables: str) -> dict:
    return {
        "args": [sys.executable, "-m", "aitunnel_jupyter.local", *arguments],
        "env": {**os.environ, "PYTHONPATH": str(REPOSITORY), **variables},
        "stdin": subprocess.DEVNULL,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }


@pytest.mark.parametrize(("language", "says"), [("C", "without Jupyter"), ("ru_RU.UTF-8", "без Jupyter")])
def test_help_teaches_in_both_languages(language, says):
    result = subprocess.run(**command("--help", LC_ALL=language, PYTHONUTF8="1"), check=True, timeout=60)
    assert says in result.stdout
    assert "binder/local-model.txt" in result.stdout
    assert "--model" in result.stdout


def test_a_failure_is_one_line_and_status_1(tmp_path):
    result = subprocess.run(**command("--model", str(tmp_path / "none.gguf")), check=False, timeout=60)
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "none.gguf" in result.stderr.splitlines()[-1]


def test_it_serves_until_ctrl_c(real_model):
    with subprocess.Popen(**command("--model", str(real_model), LC_ALL="C"), start_new_session=True) as process:
        lines = []
        while not (lines and lines[-1].startswith("curl ")):
            lines.append(process.stdout.readline())
            assert lines[-1], process.stderr.read()
        address, key = re.search(r"base URL +(\S+)\s+key +(\S+)", "".join(lines)).groups()
        request = urllib.request.Request(f"{address}/models", headers={"Authorization": f"Bearer {key}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            assert json.load(response)["data"]
        (server,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(10) == 0
        assert "Traceback" not in process.stderr.read()
    assert not Path(f"/proc/{server}").exists()
