"""What `-a` names: recognised, turned into content parts, refused in one line."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from byte_server import ByteServer, Seen, head

from aitunnel_jupyter.errors import AttachmentRefused
from aitunnel_jupyter.messages import LANGUAGES
from aitunnel_jupyter.session import attach
from aitunnel_jupyter.session.attach import Attachment, attachments, content
from aitunnel_jupyter.session.describe import tokens_in

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAEElEQVR4nGP8z4AATAxEcQAz0QEDOwDl1gAAAABJRU5ErkJggg=="
)
GIF = b"GIF89a\x05\x00\x04\x00\x80\x00\x00" + b"\0" * 20
PDF = b"%PDF-1.7\n1 0 obj <</Type /Page>> endobj 2 0 obj <</Type/Page>> <</Type /Pages>>\n%%EOF"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def save(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return save


@pytest.fixture
def attach_one(tmp_path: Path) -> Callable[..., Attachment]:
    def one(spec: str, variables: dict[str, Any] | None = None, **named: Any) -> Attachment:
        (found,) = attachments([spec], variables or {}, folder=tmp_path, **named)
        return found

    return one


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[..., AttachmentRefused]:
    def refuse(*specs: str, **variables: Any) -> AttachmentRefused:
        with pytest.raises(AttachmentRefused) as caught:
            attachments(specs, variables, folder=tmp_path)
        for language in LANGUAGES:
            assert "\n" not in caught.value.line(language)
        return caught.value

    return refuse


def text_of(found: Attachment) -> str:
    assert found.part["type"] == "text"
    return str(found.part["text"])


# --- what a spec is -----------------------------------------------------------------------------------------


def test_a_text_file_is_a_name_and_a_fenced_block(write: Any, attach_one: Any) -> None:
    write("main.py", "print('Пермь')\n")
    found = attach_one("main.py")
    assert found.name == "main.py"
    assert (found.kind, found.size) == ("text", len("print('Пермь')\n".encode()))
    assert text_of(found) == "main.py:\n```python\nprint('Пермь')\n```"
    assert found.tokens == tokens_in(text_of(found))


def test_a_fence_inside_never_closes_the_one_around(write: Any, attach_one: Any) -> None:
    write("readme.md", "````\n```\nx\n```\n````\n")
    assert text_of(attach_one("readme.md")).splitlines()[1] == "`````markdown"


def test_variables_and_expressions_on_them_are_found(attach_one: Any) -> None:
    variables = {"city": "Perm", "d": {"k": "value"}, "o": SimpleNamespace(field=["a", "b"])}
    assert text_of(attach_one("city", variables)) == "city:\n```\nPerm\n```"
    assert "value" in text_of(attach_one('d["k"]', variables))
    assert "b" in text_of(attach_one("o.field[1]", variables))
    assert "PERM" in text_of(attach_one("city.upper()", variables))
    assert attach_one("city", variables).kind == "variable"


def test_other_values_are_described(attach_one: Any) -> None:
    found = attach_one("rows", {"rows": [1, 2, 3]})
    assert text_of(found).startswith("rows: list, 3 items (int)")
    assert found.kind == "variable"


def test_functions_and_classes_go_along_with_their_source(attach_one: Any) -> None:
    assert (
        "def test_a_file_wins_over"
        in attach_one("told", {"told": test_a_file_wins_over_a_variable_only_when_it_is_written_like_one}).part["text"]
    )
    assert "class Seen" in attach_one("kind", {"kind": Seen}).part["text"]


def test_a_file_wins_over_a_variable_only_when_it_is_written_like_one(write: Any, attach_one: Any) -> None:
    write("data.csv", "from,file\n")
    write("data", "from file")
    write("src/data", "from folder")
    variables = {"data": SimpleNamespace(csv="from variable"), "src": 4}
    assert "from,file" in text_of(attach_one("data.csv", variables))
    assert "namespace" in text_of(attach_one("data", variables))
    assert "from file" in text_of(attach_one("./data", variables))
    assert "from folder" in text_of(attach_one("src/data", variables))
    assert "from file" in text_of(attach_one("data"))


def test_a_variable_that_is_a_path_stands_for_the_file(write: Any, attach_one: Any, refusal: Any) -> None:
    path = write("notes.txt", "hello")
    assert "hello" in text_of(attach_one("where", {"where": path}))
    assert refusal("where", where=path.with_name("notez.txt")).code == "attach.close"


def test_bytes_are_looked_at_like_a_file(attach_one: Any, refusal: Any) -> None:
    assert attach_one("logo", {"logo": PNG}).kind == "image"
    assert "hello" in text_of(attach_one("logo", {"logo": bytearray(b"hello")}))
    assert attach_one("paper", {"paper": PDF}).part["file"]["filename"] == "paper.pdf"
    assert refusal("logo", logo=b"\x00\x01\x02").code == "attach.binary"


def test_a_pattern_takes_its_files_in_order_without_folders(write: Any, tmp_path: Path) -> None:
    for name in ("src/b.py", "src/a.py", "src/deep/c.py", "src/x.txt", ".hidden/d.py"):
        write(name, name)
    found = attachments(["src/**/*.py", "**/*.txt"], {}, folder=tmp_path)
    assert [one.name.replace(os.sep, "/") for one in found] == ["src/a.py", "src/b.py", "src/deep/c.py", "src/x.txt"]
    assert len(attachments([str(tmp_path / "src" / "*")], {})) == 3


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(write: Any, attach_one: Any) -> None:
    write("a[1].txt", "one")
    assert "one" in text_of(attach_one("a[1].txt"))


def test_the_home_folder_is_expanded(write: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("note.txt", "at home")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (found,) = attachments(["~/note.txt"], {})
    assert "at home" in text_of(found)


def test_modules_and_arithmetic_are_not_attached(refusal: Any) -> None:
    unknown = {"attach.missing", "attach.close"}
    assert refusal("os", os=os).code in unknown
    assert refusal("alpha/omega", alpha=3, omega=1).code in unknown
    assert refusal("len(alpha)", alpha="x").code in unknown


# --- files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_is_read_in_its_encoding(write: Any, attach_one: Any, encoding: str) -> None:
    write("письмо.txt", "Привет, Пермь! «Да» — 5 км".encode(encoding))
    assert "Привет, Пермь! «Да» — 5 км" in text_of(attach_one("письмо.txt"))


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)), b"PK\x03\x04" + b"\0" * 30, "déjà vu, été, où".encode("latin-1"), b"\x7fELF\x02\x01\x01\0"],
    ids=["bytes", "zip", "latin-1", "elf"],
)
def test_what_is_no_text_picture_or_pdf_is_refused(write: Any, refusal: Any, data: bytes) -> None:
    write("thing.bin", data)
    error = refusal("thing.bin")
    assert error.code == "attach.binary"
    assert "thing.bin" in str(error)


def test_an_empty_file_is_an_empty_block(write: Any, attach_one: Any) -> None:
    write("empty.txt", "")
    assert text_of(attach_one("empty.txt")) == "empty.txt:\n```\n\n```"


@pytest.mark.parametrize(("data", "kind"), [(PNG, "png"), (GIF, "gif")])
def test_pictures_are_known_by_content_and_sent_as_they_are(
    write: Any, attach_one: Any, data: bytes, kind: str
) -> None:
    write("picture.dat", data)
    found = attach_one("picture.dat")
    url = found.part["image_url"]["url"]
    assert (found.kind, found.part["type"], found.tokens) == ("image", "image_url", 85)
    assert url == f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def test_a_pdf_is_a_file_part_with_a_guess_by_its_pages(write: Any, attach_one: Any) -> None:
    write("in/paper.pdf", PDF)
    found = attach_one("in/paper.pdf")
    assert (found.kind, found.tokens) == ("file", 4000)
    assert found.part["file"] == {
        "filename": "paper.pdf",
        "file_data": f"data:application/pdf;base64,{base64.b64encode(PDF).decode()}",
    }


def test_a_notebook_goes_as_its_cells(write: Any, attach_one: Any) -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "text"], "metadata": {}},
        {
            "cell_type": "code",
            "source": "1 + 1",
            "outputs": [
                {"output_type": "stream", "text": ["printed\n"]},
                {"output_type": "execute_result", "data": {"text/plain": ["2" * 3000], "image/png": "iVBOR" * 100}},
                {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": ["long"]},
            ],
        },
    ]
    write("nb.ipynb", json.dumps({"cells": cells, "nbformat": 4}))
    said = text_of(attach_one("nb.ipynb"))
    assert "# %% cell 1 [markdown]\n# Title\ntext" in said
    assert "# %% cell 2\n1 + 1\n#> printed\n#> 222" in said
    assert "… (500 of 3,000 characters shown)" in said
    assert "#> ValueError: no" in said
    assert "iVBOR" not in said
    assert len(said) < 1000


def test_a_broken_notebook_goes_as_text(write: Any, attach_one: Any) -> None:
    write("nb.ipynb", '{"cells": 5}')
    assert '{"cells": 5}' in text_of(attach_one("nb.ipynb"))


def test_a_long_table_is_cut_between_records_and_says_so(write: Any, attach_one: Any) -> None:
    write("t.csv", "id,text\n" + "".join(f'{n},"two\nlines"\n' for n in range(10_000)))
    said = text_of(attach_one("t.csv", tokens=300))
    assert tokens_in(said) <= 320
    assert said.startswith("t.csv:\n```csv\nid,text\n0,")
    mark = said.splitlines()[-2]
    assert mark.endswith("of 10,000 rows shown)")
    assert said.count('lines"') == int(mark[3:].split()[0])


def test_other_texts_are_never_cut(write: Any, attach_one: Any) -> None:
    write("long.txt", "word " * 50_000)
    assert text_of(attach_one("long.txt", tokens=100)).count("word") == 50_000


# --- refusals -----------------------------------------------------------------------------------------------


def test_a_missing_file_names_the_closest(write: Any, refusal: Any) -> None:
    write("data/report.csv", "a")
    error = refusal("data/reprot.csv")
    assert error.code == "attach.close"
    assert "did you mean data/report.csv?" in str(error)
    assert "report" in str(refusal("reprot", report=1))
    assert refusal("nothing-like-it.xyz").code == "attach.missing"


def test_a_pattern_without_files_and_a_folder_are_refused(write: Any, refusal: Any) -> None:
    write("src/a.py", "")
    assert refusal("src/*.js").code == "attach.nothing"
    assert refusal("src").code == "attach.folder"
    assert "src/*" in str(refusal("src/"))


@pytest.mark.skipif(os.name == "nt", reason="no pipes in the file system")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path, refusal: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert refusal("pipe").code == "attach.special"


@pytest.mark.parametrize("spec", ["x" * 5000, "a\0b", "", "   ", "{", "~nobody-here/x", "[", "C:\\x\\y.txt"])
def test_odd_specs_are_refused_in_one_line(spec: str, refusal: Any) -> None:
    assert refusal(spec).code in {"attach.missing", "attach.nothing", "attach.folder", "attach.close"}


def test_what_an_expression_raises_is_told(refusal: Any) -> None:
    error = refusal('d["q"]', d={})
    assert error.code == "attach.expression"
    assert "KeyError: 'q'" in str(error)


def test_an_unreadable_file_is_told(write: Any, refusal: Any) -> None:
    write("secret.txt", "x").chmod(0)
    # root reads every file, but not the first byte of its own memory.
    memory = Path("/proc/self/mem")
    assert refusal(str(memory) if memory.exists() else "secret.txt").code == "attach.unreadable"


def test_a_file_above_the_limit_is_refused_unread(
    tmp_path: Path, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "huge.bin").open("wb") as file:
        file.truncate(40 * 1024 * 1024 + 1)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    error = refusal("huge.bin")
    assert error.code == "attach.large"
    assert all(word in str(error) for word in ("huge.bin", "40.1 MB", "25 MB"))


def test_all_together_keep_to_the_limit_too(tmp_path: Path, refusal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attach, "MOST_BYTES", 1024 * 1024)
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_bytes(b"a" * 600 * 1024)
    error = refusal("one.txt", "two.txt")
    assert error.code == "attach.large.together"
    assert "two.txt" in str(error)
    assert refusal("one.txt", "big", big=b"a" * 600 * 1024).code == "attach.large.together"


# --- pictures of other libraries ----------------------------------------------------------------------------


def test_pictures_models_do_not_take_become_png(tmp_path: Path, attach_one: Any) -> None:
    images = import_module("PIL.Image")
    for name in ("a.bmp", "a.tiff", "a.ico"):
        images.new("RGB", (40, 30), "red").save(tmp_path / name)
        found = attach_one(name)
        assert found.kind == "image"
        assert found.part["image_url"]["url"].startswith("data:image/png;base64,")


def test_a_broken_picture_is_refused(write: Any, refusal: Any) -> None:
    import_module("PIL.Image")
    write("a.tiff", b"II*\0" + b"\0\xff" * 50)
    assert refusal("a.tiff").code == "attach.picture"


def test_without_pillow_the_refusal_says_what_to_install(
    write: Any, refusal: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    write("a.tiff", b"II*\0" + b"\0\xff" * 50)
    assert "pip install pillow" in str(refusal("a.tiff"))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "GIF", "PNG"])
def test_the_estimate_comes_from_the_pixels(tmp_path: Path, attach_one: Any, kind: str) -> None:
    images = import_module("PIL.Image")
    images.new("RGB", (900, 500)).save(tmp_path / "picture", format=kind)
    assert attach_one("picture").tokens == 900 * 500 // 750
    images.new("RGB", (9000, 500)).save(tmp_path / "picture", format=kind)
    assert attach_one("picture").tokens == 1600


def test_arrays_that_look_like_pictures_become_png(attach_one: Any) -> None:
    numpy = import_module("numpy")
    import_module("PIL.Image")
    shades = numpy.arange(3200).reshape(40, 80) % 256
    for array in (shades.astype("uint8"), shades / 255, numpy.zeros((40, 80, 3), "uint8"), numpy.ones((40, 80, 4))):
        found = attach_one("x", {"x": array})
        assert (found.kind, found.size) == ("image", array.nbytes)


def test_arrays_of_numbers_are_described(attach_one: Any) -> None:
    numpy = import_module("numpy")
    for array in (numpy.eye(3), numpy.zeros((40, 80, 5), "uint8"), numpy.full((40, 80), 7.5), numpy.array(5)):
        assert text_of(attach_one("x", {"x": array})).startswith("x: numpy ndarray")
    assert attach_one("x", {"x": numpy.full((40, 80), numpy.nan)}).kind == "variable"


def test_figures_and_images_are_pictures(attach_one: Any) -> None:
    images = import_module("PIL.Image")
    import_module("matplotlib").use("Agg")
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().plot([1, 2])
    assert attach_one("report.figure", {"report": SimpleNamespace(figure=figure)}).kind == "image"
    found = attach_one("logo", {"logo": images.new("RGB", (750, 75))})
    assert (found.kind, found.tokens) == ("image", 85)


def test_a_frame_gets_the_larger_budget(attach_one: Any) -> None:
    pandas = import_module("pandas")
    frame = pandas.DataFrame({f"column_{n}": ["text"] * 3 for n in range(3000)})
    found = attach_one("frame", {"frame": frame})
    assert 4000 < found.tokens <= 8000


# --- addresses ----------------------------------------------------------------------------------------------


def page(kind: str, body: bytes) -> bytes:
    return head(200, Content_Type=kind, Content_Length=str(len(body))) + body


def test_addresses_of_this_machine_are_refused_unless_allowed(server: ByteServer, refusal: Any) -> None:
    server.on("doc", page("text/plain", b"hello"))
    url = f"http://127.0.0.1:{server.port}/doc/notes.txt"
    assert refusal(url).code == "attach.url.private"
    assert not server.seen
    (found,) = attachments([url], {}, allow_private=True)
    assert (found.name, found.kind, found.size) == ("notes.txt", "text", 5)
    assert "hello" in text_of(found)
    assert url in text_of(found)


def test_a_web_page_goes_as_its_words(server: ByteServer) -> None:
    body = "<html><head><title>Пермь</title><style>p{}</style><script>alert(1)</script></head><body><h1>Город</h1>"
    body += "<p>на <a href='/x'>Каме</a></p><ul><li>раз<li>два</ul><table><tr><td>a<td>b</table></body>"
    server.on("page", page("text/html; charset=windows-1251", body.encode("cp1251")))
    (found,) = attachments([f"http://127.0.0.1:{server.port}/page/x"], {}, allow_private=True)
    said = text_of(found)
    for line in ("Пермь", "# Город", "на Каме", "- раз", "- два", "a | b"):
        assert line in said.splitlines()
    assert "alert" not in said
    assert "p{}" not in said


def test_a_picture_at_an_address_is_a_picture(server: ByteServer) -> None:
    server.on("logo", page("application/octet-stream", PNG))
    (found,) = attachments([f"http://127.0.0.1:{server.port}/logo/a"], {}, allow_private=True)
    assert found.kind == "image"


@pytest.mark.parametrize("user", ["me:pass99", "me:p%40ss99", "me:p@ss99", "token-ss99"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/plain", b"hello"), ("text/html", b"<p>hello"), ("image/png", PNG), ("text/csv", b"a,b\n1,2\n")],
)
def test_a_password_in_an_address_stays_here(server: ByteServer, user: str, kind: str, body: bytes) -> None:
    server.on("doc", page(kind, body))
    url = f"http://{user}@127.0.0.1:{server.port}/doc/a?page=2&token=s3cr3t-99"
    (found,) = attachments([url], {}, allow_private=True)
    assert not [word for word in ("ss99", "s3cr3t", "me:") if word in repr(found) + json.dumps(content("Hi", [found]))]
    assert found.name


def test_a_refused_address_is_told_without_its_password(refusal: Any, server: ByteServer) -> None:
    for url in ("https://me:p@ss99@127.0.0.1/x", "ftp://me:p@ss99@example.com/x"):
        error = refusal(url)
        assert "ss99" not in str(error) + repr(vars(error))


def test_other_schemes_are_refused(refusal: Any) -> None:
    for url in ("ftp://example.com/x", "file:///etc/passwd", "s3://bucket/key"):
        assert refusal(url).code == "attach.url.scheme"


# --- the message --------------------------------------------------------------------------------------------


def test_without_attachments_the_prompt_is_as_it_was() -> None:
    assert content("Hi", []) == "Hi"


def test_texts_alone_make_one_string_with_the_prompt_last(write: Any, tmp_path: Path) -> None:
    write("a.txt", "one")
    attached = attachments(["a.txt", "b"], {"b": "two"}, folder=tmp_path)
    assert content("Compare.", attached) == "a.txt:\n```\none\n```\n\nb:\n```\ntwo\n```\n\nCompare."


def test_with_a_picture_the_prompt_is_the_first_part(write: Any, tmp_path: Path) -> None:
    write("a.txt", "one")
    write("a.png", PNG)
    found = content("What?", attachments(["a.png", "a.txt"], {}, folder=tmp_path))
    assert isinstance(found, list)
    assert [part["type"] for part in found] == ["text", "image_url", "text"]
    assert found[0]["text"] == "What?"
    json.dumps(found)
