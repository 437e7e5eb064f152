"""The background loop, apart from what it sends."""

from __future__ import annotations

import subprocess
import sys

PREPARE = """
import sys, threading, time

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "aitunnel_jupyter.gateway.client":
            print(threading.current_thread().name)

sys.meta_path.insert(0, Watch())
from aitunnel_jupyter.gateway.engine import Engine

engine = Engine()
engine.prepare()
while engine._client is None:
    time.sleep(0.01)
engine.close()
"""


def test_the_first_request_is_prepared_without_holding_up_streams() -> None:
    """The imports take a quarter of a second: not in the loop's thread, where other streams wait."""
    ran = subprocess.run([sys.executable, "-c", PREPARE], capture_output=True, text=True, timeout=100, check=True)
    assert (ran.stdout.strip(), ran.stderr) == ("aitunnel-prepare", "")
