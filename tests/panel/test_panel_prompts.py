"""What goes along with a prompt of the panel, what its settings do, and what it says when something is wrong."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from byte_server import ByteServer, reply, stream
from catalogues import facts
from kernel_front import Front, sent
from kernels import Kernel
from PIL import Image


@pytest.fixture
def front(start_kernel: Callable[..., Kernel], server: ByteServer) -> Front:
    server.on("m", *stream("fine"))
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"))
    return Front(kernel, "panel = __import__('aitunnel_jupyter').ChatPanel()\npanel")


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (600, 300), "red").save(made, "PNG")
    return made.getvalue()


def upload(front: Front, name: str, kind: str, content: bytes, media: str, *, pieces: int = 3) -> dict[str, str]:
    url = f"data:{media};base64,{base64.b64encode(content).decode()}"
    size = -(-len(url) // pieces)
    for at in range(pieces):
        front.send(
            type="upload", id="u1", name=name, kind=kind, at=at, of=pieces, data=url[at * size : (at + 1) * size]
        )
    return {"kind": kind, "name": name, "upload": "u1"}


def weighed(front: Front, **message: Any) -> int:
    front.send(type="weigh", seq=1, **message)
    return int(front.until(lambda: front.last("weighed"))["tokens"])


def send(front: Front, text: str, *attachments: dict[str, str]) -> dict[str, Any]:
    count = len(front.turns) + 1
    front.send(type="send", text=text, attachments=list(attachments))
    return front.settled(count)


def test_variables_and_files_go_along(front: Front, server: ByteServer, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("from the file")
    front.kernel.run("data = 'from the variable'")
    done = send(front, "Look", {"kind": "variable", "name": "data"}, {"kind": "file", "name": "data"})
    content = sent(server)[0]
    assert content.index("from the variable") < content.index("from the file") < content.index("Look")
    assert [(chip["label"], chip["tokens"] > 0) for chip in done["chips"]] == [("data", True), ("data", True)]


def test_the_last_error_and_the_last_output_go_along(front: Front, server: ByteServer) -> None:
    front.kernel.run("41 + 1")
    front.kernel.run("divided = 1 / 0")
    front.send(type="complete", seq=1, fragment="err")
    assert front.until(lambda: front.last("completions"))["items"][0]["detail"] == "ZeroDivisionError"
    send(front, "Why?", {"kind": "error", "name": "error"}, {"kind": "output", "name": "output"})
    content = sent(server)[0]
    assert "divided = 1 / 0" in content
    assert "ZeroDivisionError" in content
    assert "42" in content


def test_a_picture_comes_in_pieces_and_shows_small(front: Front, server: ByteServer) -> None:
    wanted = upload(front, "red.png", "image", picture(), "image/png")
    assert weighed(front, attachments=[wanted], text="") > 50
    done = send(front, "What colour?", wanted)
    text, shown = sent(server)[0]
    assert text == {"type": "text", "text": "What colour?"}
    assert base64.b64decode(shown["image_url"]["url"].partition(",")[2]) == picture()
    chip = done["chips"][0]
    assert chip["label"] == "red.png"
    assert Image.open(io.BytesIO(base64.b64decode(chip["picture"].partition(",")[2]))).size == (192, 96)
    front.send(type="edit", id=done["id"], text="And now?")
    front.until(lambda: front.prompts() == ["And now?"])
    front.settled()
    assert len(sent(server)[0]) == 2, "an edited prompt keeps its picture"


def test_a_document_needs_no_words(front: Front, server: ByteServer) -> None:
    done = send(front, "", upload(front, "notes.txt", "document", "Мурка".encode(), "text/plain", pieces=1))
    assert done["state"] == "complete"
    assert "Мурка" in sent(server)[0]


def test_what_cannot_go_along_is_said_in_one_line_and_nothing_is_sent(front: Front, server: ByteServer) -> None:
    failed = send(front, "Look", {"kind": "variable", "name": "nothing"})
    assert failed["state"] == "failed"
    assert "nothing" in failed["error"]
    assert "Traceback" not in failed["error"]
    lost = send(front, "And this", {"kind": "image", "name": "red.png", "upload": "u9"})
    assert lost["error"] == "red.png is no longer in the kernel: attach it again"
    front.send(type="upload", id="u9", name="red.png", kind="image", at=0, of=2, data="data:image/png;base64,iVBO")
    front.send(type="retry", id=lost["id"])
    front.until(lambda: [one for one in front.told if one["type"] == "snapshot" and one.get("state") == "waiting"])
    assert front.settled()["error"] == lost["error"], "half of it is not it"
    assert server.requests("m") == []
    front.kernel.run("nothing = 'now'")
    front.send(type="retry", id=failed["id"])
    front.until(lambda: front.turns[0]["text"] == "fine")
    assert "now" in sent(server)[0]


def test_values_go_in_and_a_failing_expression_is_one_line(front: Front, server: ByteServer) -> None:
    front.kernel.run("city = 'Perm'\nclass Odd:\n    def name(self): raise ValueError('no')\nodd = Odd()")
    assert send(front, "Cats of {city}")["prompt"] == "Cats of {city}"
    assert sent(server) == ["Cats of Perm"]
    left = send(front, "{odd.name()}")
    assert "{odd.name()}" in left["footer"]
    assert sent(server)[-1] == "{odd.name()}", "it is not known to read only"
    failed = send(front, "{city[9]}")
    assert failed["state"] == "failed"
    assert "IndexError: " in failed["error"]
    front.kernel.run("error = ''\ntry:\n    panel.ask('{city[9]}')\nexcept Exception as raised:\n    error = raised")
    assert front.kernel.run("type(error).__name__").result == "'UsageError'"


def test_typing_changes_nothing(front: Front) -> None:
    front.kernel.run("things = [1, 2]")
    weighed(front, attachments=[], text="{things.pop()}")
    assert front.kernel.run("things").result == "[1, 2]"


def test_settings_go_along_and_the_answers_variable_is_checked(front: Front, server: ByteServer) -> None:
    front.send(type="settings", settings={"model": "other", "system": "Be brief.", "temperature": 0.5,
                                          "reasoning": "low", "store_as": "reply"})  # fmt: skip
    send(front, "Hi")
    request = server.requests("m")[-1].json
    assert (request["model"], request["temperature"], request["messages"][0]["content"]) == ("other", 0.5, "Be brief.")
    assert "low" in str(request)
    assert front.kernel.run("str(reply)").result == "'fine'"
    front.send(type="settings", settings={"store_as": "1st"})
    assert "1st" in front.until(lambda: front.last("told"))["text"]
    assert front.kernel.run("panel.settings['store_as']").result == "'reply'"


def test_the_same_question_again_is_the_same_whatever_the_variables_are_now(front: Front, server: ByteServer) -> None:
    front.kernel.run("city = 'Perm'")
    first = send(front, "Cats of {city}")
    front.kernel.run("city = 'Omsk'")
    front.send(type="regenerate", id=first["id"])
    front.until(lambda: front.turns[0]["id"] != first["id"])
    second = front.settled(1)
    assert sent(server) == ["Cats of Perm"]
    front.send(type="edit", id=second["id"], text="Dogs of {city}")
    front.until(lambda: front.prompts() == ["Dogs of {city}"])
    front.settled()
    assert sent(server) == ["Dogs of Omsk"]


def test_another_model_answers_in_a_branch(front: Front, server: ByteServer) -> None:
    first = send(front, "Hi")
    front.send(type="regenerate", id=first["id"], model="other")
    front.until(lambda: front.turns[0]["id"] != first["id"])
    front.settled()
    assert server.requests("m")[-1].json["model"] == "other"


def test_models_say_what_a_million_tokens_cost(front: Front, server: ByteServer) -> None:
    server.on("public", reply(200, {"gpt-5.2": facts(), "other": facts()}))
    front.send(type="models", search="gpt-5.2")
    found = front.until(lambda: front.last("models"))["items"][0]
    assert found["name"] == "gpt-5.2"
    assert found["price"] == "147.50 → 1\u202f176.00 ₽ per 1 M"


def test_the_same_call_as_a_program(front: Front, server: ByteServer) -> None:
    done = send(front, "Hi")
    front.send(type="snippet", id=done["id"], language="curl")
    found = front.until(lambda: front.last("snippet"))
    assert (found["id"], found["name"], found["lexer"]) == (done["id"], "ask.sh", "bash")
    assert '"Hi"' in found["text"]
    assert found["cell"].startswith("%%bash\n")


def test_no_key_is_in_anything_a_page_or_a_file_gets(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    key = "sk-aitunnel-0123456789abcdefghij"
    server.on("m", *stream("fine"))
    kernel = start_kernel(AITUNNEL_BASE_URL=server.base_url("m"), AITUNNEL_API_KEY=key)
    heard: list[str] = []
    front = Front(kernel, "%ai chat")
    listen = kernel.listen
    kernel.listen = lambda message: (heard.append(str(message["content"])), listen(message))[1]  # type: ignore[func-returns-value]
    done = front.ask("Hello")
    front.send(type="balance")
    front.send(type="snippet", id=done["id"], language="python")
    front.until(lambda: front.last("snippet"))
    front.send(type="export", format="ipynb")
    front.until(lambda: front.last("file"))
    assert server.requests("m")[0].headers["authorization"] == f"Bearer {key}"
    assert key not in "".join(heard) + str(front.state)


def test_russian(start_kernel: Callable[..., Kernel], server: ByteServer) -> None:
    front = Front(start_kernel(AITUNNEL_BASE_URL=server.base_url("m"), LC_ALL="ru_RU.UTF-8"), "%ai chat")
    assert front.state["language"] == "ru"
    failed = send(front, "Смотри", {"kind": "output", "name": "output"})
    assert failed["error"] == "пока ни у одной ячейки нет значения"


def test_the_panel_needs_a_notebook(front: Front) -> None:
    code = (
        "import aitunnel_jupyter as a\nfrom unittest.mock import MagicMock\nmagics = get_ipython().magics_manager.registry['AIMagics']\n"
        "real = magics.shell\nmagics.shell = MagicMock(spec=[])\ntry:\n    a.ChatPanel()\nexcept Exception as raised:\n    error = raised\n"
        "magics.shell = real\nprint(error)"
    )
    assert "the panel needs a notebook" in front.kernel.run(code).text()


def test_a_prompt_that_has_values_in_it_is_not_expanded_again(front: Front, server: ByteServer) -> None:
    front.kernel.run("secret = 's3cret'; note = 'see {secret}'; city = 'Perm'; sales = [1]")
    front.kernel.run(
        "class Loud:\n    seen = 0\n    @property\n    def shape(self): Loud.seen += 1\n    __len__ = shape.fget\nloud = Loud()"
    )
    name = front.kernel.run("%%ai -c talk\nTell {note}")
    assert name.status == "ok", name.error
    front.send(type="open", name="talk")
    front.until(lambda: [turn["prompt"] for turn in front.turns] == ["Tell see {secret}"])
    front.send(type="edit", id=front.turns[0]["id"], text="Say see {secret} of {city}")
    front.until(lambda: front.turns[0]["state"] == "complete" and front.turns[0]["prompt"].startswith("Say"))
    assert sent(server)[-1] == "Say see {secret} of Perm", "only what was typed now is put in"
    assert "put in: {city}" in front.turns[0]["footer"]
    front.send(type="regenerate", id=front.turns[0]["id"])
    front.until(lambda: front.turns[0]["variant"]["count"] == 3 and front.turns[0]["state"] == "complete")
    assert sent(server)[-1] == "Say see {secret} of Perm"
    assert "put in: {city}" in front.turns[0]["footer"]
    front.send(type="complete", seq=1, fragment="lou")
    front.until(lambda: any(item["label"] == "loud" for item in front.last("completions").get("items", [])))
    assert front.kernel.run("Loud.seen").result == "0", "typing runs nothing"
