"""All figures, one after the other: ``make benchmarks``. Nothing else should run on the machine meanwhile."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import browser
import chat_panel
import chat_panel_page
import completion
import decode
import journal
import kernel
import live
import parallel


def show(title: str, figures: dict[str, object]) -> None:
    print(f"\n{title}")
    for name, value in figures.items():
        print(f"  {name:36} {value}", flush=True)


def main() -> None:
    show("decode and fold, deltas per second", {name: round(value, 1) for name, value in decode.measure().items()})
    show(f"{parallel.STREAMS} answers at the same time", parallel.measure())
    show("in a kernel", kernel.measure())
    show("completion", completion.measure())
    show("journal", journal.measure())
    streams = live.measure()
    show("over IOPub", dict(streams))
    ratio = streams["100 k characters in 25 s"]["iopub_kB"] / streams["10 k characters in 16.7 s"]["iopub_kB"]
    show("", {"bytes(100 k) / bytes(10 k)": round(ratio, 1)})
    show("to the panel", dict(chat_panel.measure()))
    show("in the panel's page", dict(chat_panel_page.measure()))
    show("in JupyterLab's page", dict(browser.measure()))


if __name__ == "__main__":
    main()
