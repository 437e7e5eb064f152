"""What goes into a prompt: values that describe themselves, files, pictures; and everything else byte for byte."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from byte_server import ByteServer, stream
from kernels import Kernel

LATEX = r"\frac{a}{b} x^{n} \sum_{i=1}^{n} {x}^2 $\mathbb{R}$"
FSTRINGS = 'f"{name!r:>{width}} {{literal}}" f\'{a}\' rf"{b}\\d{3}"'
JSON = '{"a": {"b": [1, {"c": null}]}, "d": "{}"} {} {{}} {{{}}} [{}]'
CODE = 'fn main() { println!("{}", x); } ${HOME} %{name} #{x} {% if a %} {{ b|c }} @{u}\r\n\ttab\u2028\u00a0 {0} {1:>5}'
HOSTILE = f"{LATEX}\n{FSTRINGS}\n{JSON}\n{CODE}"


def content(server: ByteServer, at: int = -1) -> Any:
    return server.requests("m")[at].json["messages"][-1]["content"]


def test_a_prompt_full_of_braces_goes_through_byte_for_byte(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    run = kernel.run(f"%%ai\n{HOSTILE}")
    assert run.status == "ok"
    assert content(server) == HOSTILE
    kernel.run("text = " + repr(HOSTILE))
    kernel.run("%%ai\nbefore {text} after")
    assert content(server) == f"before {HOSTILE} after", "values are never expanded again"


def test_cells_outputs_and_answers_are_variables_too(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('The answer'))}'")
    number = kernel.run("40 + 2").reply["content"]["execution_count"]
    kernel.run(f"%%ai\n{{In[{number}]}} is {{Out[{number}]}}")
    assert content(server) == "40 + 2 is 42"
    kernel.run("%%ai\nYou said: {_ai} {_ai.model}")
    assert content(server) == "You said: The answer test-model"


def test_frames_describe_themselves_and_the_footer_says_what_they_weigh(
    shared_kernel: Kernel, server: ByteServer
) -> None:
    kernel = shared_kernel
    base_url = server.on("m", *stream("Hi"))
    kernel.run("import pandas, polars, numpy\ndf = pandas.DataFrame({'city': ['Perm', None], 'age': [1, 300]})")
    kernel.run("frame = polars.DataFrame({'city': ['Perm']})\narray = numpy.arange(6).reshape(2, 3)")
    run = kernel.run(
        f"%%ai --base-url {base_url}\nWhat is odd in {{df}}, {{frame}}, {{array}}? {{df!s}} {{df.shape}} {{df.head(1)}}"
    )
    text = content(server)
    for part in ("2 rows", "city", "Perm", "1 null", "polars", "2 × 3", "(2, 2)"):
        assert part in text, text
    assert "   city  age\n0  Perm    1\n1   " in text, "with !s it is str(df)"
    assert "sent along: df ≈ " in run.displays[0]["data"]["text/html"]


def test_figures_and_images_go_along_as_pictures(shared_kernel: Kernel, server: ByteServer) -> None:
    kernel = shared_kernel
    base_url = server.on("m", *stream("Hi"))
    kernel.run(
        "import matplotlib; matplotlib.use('agg')\nimport matplotlib.pyplot as plt\nfrom PIL import Image\n"
        "fig, ax = plt.subplots(); ax.plot([1, 2]); ax.set_title('Rising')\nimage = Image.new('RGB', (40, 30), 'red')"
    )
    kernel.run(f"%%ai --base-url {base_url}\nWhat do {{fig}} and {{image}} show?")
    parts = content(server)
    assert [part["type"] for part in parts] == ["text", "image_url", "image_url"]
    assert "Rising" in parts[0]["text"]
    assert "40" in parts[0]["text"]
    raw = base64.b64decode(parts[1]["image_url"]["url"].partition("base64,")[2])
    assert raw.startswith(b"\x89PNG")
    kernel.run(f"%%ai --base-url {base_url} -a image -a fig\nCompare")
    assert [part["type"] for part in content(server)] == ["text", "image_url", "image_url"]


def test_files_globs_and_variables_are_attached(kernel: Kernel, server: ByteServer, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "one.py").write_text("x = 1\n")
    (tmp_path / "src" / "two words.py").write_text("y = '''\n```\n'''\n")
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.4 tiny")
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    kernel.run("notes = 'my notes {x}'\nx = 1")
    kernel.run("%%ai -a 'src/*.py' -a notes\nReview {x}")
    text = content(server)
    assert isinstance(text, str)
    assert text.index("one.py") < text.index("two words.py") < text.index("my notes {x}") < text.index("Review 1")
    kernel.run("%%ai -a paper.pdf\nSummarise")
    parts = content(server)
    assert parts[0] == {"type": "text", "text": "Summarise"}
    assert parts[1]["file"]["filename"] == "paper.pdf"
    table = kernel.run("%ai context -a paper.pdf -a src/one.py Review").displays[0]["data"]["text/plain"]
    assert "paper.pdf" in table
    assert "one.py" in table


def test_what_cannot_be_attached_is_one_line_and_nothing_is_sent(
    kernel: Kernel, server: ByteServer, tmp_path: Path
) -> None:
    base_url = server.on("m", *stream("Hi"))
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    (tmp_path / "blob.bin").write_bytes(bytes(range(256)))
    private = server.on("page", *stream("secret"))
    for spec, told in {
        "huge.txt": "25", "nowhere.txt": "nowhere.txt", "blob.bin": "blob.bin", ".": "folder", "'*.rs'": "*.rs",
        f"{private}/x": "127.0.0.1",
    }.items():  # fmt: skip
        run = kernel.run(f"%%ai -a {spec} --base-url {base_url}\nHello")
        assert (run.status, told in run.error) == ("error", True), (spec, run.error)
        assert (run.error.count("\n"), len(run.error.encode()) <= 500) == (0, True)
    assert server.requests("m") == []
    assert server.requests("page") == []


def test_a_class_and_a_library_can_say_how_they_want_to_be_read(kernel: Kernel, server: ByteServer) -> None:
    kernel.run(f"%config AIMagics.base_url = '{server.on('m', *stream('Hi'))}'")
    kernel.run(
        "class Mine:\n    def __llm__(self): return 'I am mine'\nclass Theirs: pass\n"
        "from aitunnel_jupyter import describer\n"
        "@describer(Theirs)\ndef tell(value, name, tokens): return f'{name} is theirs'\n"
        "mine, theirs, number, words = Mine(), Theirs(), 3, ['a', 'b']"
    )
    kernel.run("%%ai\n{mine}; {theirs}; {number}; {words}; {type(mine)}")
    assert content(server) == "I am mine; theirs is theirs; 3; ['a', 'b']; <class '__main__.Mine'>"
